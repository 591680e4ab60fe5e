import { runProvider } from "../common/run";
import { dockerProvider } from "./provider";

runProvider(dockerProvider);
