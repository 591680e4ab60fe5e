import type { ResourceValidationPolicy } from "@pulumi/policy";

/** Azure recommends three instances for high availability (managed online deployment YAML reference, `instance_count`). */
export const productionSingleInstance: ResourceValidationPolicy = {
  name: "production-single-instance",
  description: "A deployment that takes live traffic in a production stack should have more than one instance.",
  enforcementLevel: "advisory",
  validateResource: (args, reportViolation) => {
    if (args.type !== "mlendpoints:index:OnlineDeployment") {
      return;
    }
    const { endpoint, deployment, production, traffic, instanceCount } = args.props as {
      endpoint: string;
      deployment: string;
      production: boolean;
      traffic: number;
      instanceCount: number;
    };
    if (production && traffic > 0 && instanceCount < 2) {
      reportViolation(
        `${endpoint}/${deployment} takes ${traffic} % of live traffic with one instance: when it stops, these requests fail. ` +
          "Set instance_count to 2 or more; Azure recommends 3.",
      );
    }
  },
};
