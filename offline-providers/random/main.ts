import { runProvider } from "../common/run";
import { randomProvider } from "./provider";

runProvider(randomProvider);
