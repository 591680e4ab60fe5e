import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./policies";

new PolicyPack("mlendpoints", {
  description: "Policies about Azure ML online endpoints",
  policies: [...POLICIES],
});
