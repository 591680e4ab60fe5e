import { PolicyPack } from "@pulumi/policy";
import { productionSingleInstance } from "./availability";
import { quotaExceeded } from "./quota";

new PolicyPack("mlendpoints", { policies: [quotaExceeded, productionSingleInstance] });
