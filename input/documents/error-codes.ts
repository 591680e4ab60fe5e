/** A code of an error or a warning, and what it stands for. */
export interface ErrorCodeRow {
  readonly code: ErrorCode;
  /** Whose code it is: Azure's own where Azure has one. */
  readonly from: "azure" | "mlendpoints";
  readonly meaning: string;
  /** Endpoint kinds that it can come up with. */
  readonly kinds: readonly EndpointKind[];
  /** Azure document that explains it; absent for codes of this project. */
  readonly source?: string;
}

/** Every code that an error or a warning may have: those of the tables below. */
export type ErrorCode =
  | keyof typeof AZURE_BOTH
  | keyof typeof AZURE_MANAGED
  | keyof typeof AZURE_KUBERNETES
  | keyof typeof OWN;

type EndpointKind = "managed" | "kubernetes";
type Meanings = Readonly<Record<string, string>>;

const BOTH: readonly EndpointKind[] = ["managed", "kubernetes"];
const KUBERNETES: readonly EndpointKind[] = ["kubernetes"];
const MANAGED: readonly EndpointKind[] = ["managed"];

const AZURE_BOTH = {
  ImageBuildFailure: "the image of the environment could not be built",
  OutOfQuota: "a quota or a capacity is used up: cores, disk, memory, endpoints, role assignments, cluster nodes",
  BadArgument: "a value, an identity's right, an image or a model is not what the service needs",
  ResourceNotReady: "the container started and crashed, or did not pass its probes in time",
  ResourceNotFound: "something that the deployment refers to does not exist or cannot be reached",
  OperationCanceled: "another operation on the same endpoint had priority or held the lock",
  SecretsInjectionError: "a secret that an environment variable refers to could not be read",
  InternalServerError: "the platform failed; the deployment is not at fault",
  BadRequest: "the request as a whole is not valid; its details say why",
  MissingDriverProgram: "the environment is a custom image, and neither a scoring script nor inference_config is given",
  PodOutOfMemory: "the memory limit of a deployment is too small for it",
} as const satisfies Meanings;

const AZURE_MANAGED = {
  WorkspaceManagedNetworkNotReady:
    "the managed network of the workspace was not provisioned before its first deployment",
} as const satisfies Meanings;

const AZURE_KUBERNETES = {
  ACRSecretError: "the cluster could not set up its access to the container registry",
  TokenRefreshFailed: "the identity of the cluster is not set up, so its extension has no credential",
  GetAADTokenFailed: "the cluster did not get a Microsoft Entra token",
  ACRAuthenticationChallengeFailed: "the cluster cannot reach the container registry to authenticate",
  ACRTokenExchangeFailed: "the container registry did not accept the cluster's token, or not yet",
  KubernetesUnaccessible: "the Kubernetes API cannot be reached, or its certificate is not valid",
  ImagePullLoopBackOff: "the cluster cannot pull the image of the deployment",
  DeploymentCrashLoopBackOff: "the container of the deployment crashes while it starts",
  KubernetesCrashLoopBackOff: "a pod of the endpoint or deployment crashes again and again",
  UserScriptInitFailed: "init() of the scoring script raised an exception",
  UserScriptImportError: "the scoring script imports a package that is not installed",
  UserScriptFunctionNotFound: "the scoring script has no init() or no run()",
  NamespaceNotFound: "the Kubernetes namespace of the compute does not exist",
  EndpointNotFound: "the endpoint of the deployment does not exist in the cluster",
  EndpointAlreadyExists: "an endpoint of that name exists already",
  ScoringFeUnhealthy: "the request router of the cluster is missing or not healthy",
  ValidateScoringFailed: "the scoring address of the deployment did not pass its check",
  InvalidDeploymentSpec: "instance count, minimum or maximum of a deployment is not valid",
  PodUnschedulable: "no node of the cluster has room for a pod, or none matches its node selector",
  InferencingClientCallFailed: "the extension of the cluster cannot be reached",
} as const satisfies Meanings;

/** Faults of the files, in words of this project. Several are warnings only. */
const OWN = {
  InvalidYaml: "the text is not YAML",
  DuplicateKey: "a key stands twice in one map; only the last one counts",
  TemplatePlaceholder: "a placeholder of a template was not replaced by its value",
  UnknownField: "there is no field of that name here",
  MissingField: "a field that must be there is not",
  InvalidType: "a value is of another type than the field",
  InvalidValue: "a value is of the right type, but not allowed",
  FileNotFound: "a file or folder that is named does not exist",
  NotSupported: "the field or the file is one of Azure's, but nothing here carries it out",
  NoEffect: "a value is allowed, but changes nothing",
  Deprecated: "Azure still takes the field, and advises against it",
  ClientRefuses: "Azure documents the value, but Microsoft's own client refuses it",
  ReadAsManaged: "a word is not the one that Azure's client looks for, so the file counts as managed",
  SmallInstanceType: "the VM size is one that Azure warns of: many models need more memory",
  WorkerCount: "a container takes more requests at a time than its server has workers for",
  EmptyDirectory: "a folder that is needed holds no file, or every file in it is ignored",
  InvalidFile: "what is named is neither a file nor a folder",
  FilesChanged: "files that go into an image changed after they were planned and before they were copied",
  InvalidLink: "a symbolic link leads nowhere, or out of its folder",
  InvalidRequirement: "a line of a conda or pip file cannot be read",
  UnsupportedRequirement: "a conda or pip requirement is valid, but cannot be installed here",
  DuplicateRequirement: "a package is asked for twice; both requirements must hold",
  UnknownPackage: "a conda package of that name may be something else on PyPI",
  RenamedPackage: "a conda package has another name on PyPI; that one is installed",
  DroppedBuild: "the build string of a conda requirement is dropped",
  IgnoredChannel: "a conda channel is not used: packages come from PyPI",
  AssumedPython: "the conda file pins no Python version; a default is taken",
  AddedServer: "the inference server is added to the packages, because the container runs it",
  ImageSubstituted: "the image of the environment is replaced by another one, as the stack says",
  MissingRole: "an identity lacks a role that its deployments start without",
  SharedQuota: "a deployment draws on the shared quota pool, which is temporary and for tests only",
  HostCapacityUnknown: "hard limits are asked for, and nothing tells whether the containers fit on the host",
  AutoscaleAboveQuota: "what runs now fits its quota, but not if every deployment scaled to its autoscale maximum",
  CoresNotKnown: "nobody knows the cores of a deployment, so no quota counts them",
  GpuNotKnown: "a deployment asks for a GPU, and no GPU of the Docker host is known",
  UnusedRoleAssignment: "a role is given to an identity that nothing behind it needs",
} as const satisfies Meanings;

function rows(
  from: ErrorCodeRow["from"],
  kinds: readonly EndpointKind[],
  meanings: Partial<Readonly<Record<ErrorCode, string>>>,
  source?: string,
): ErrorCodeRow[] {
  const entries = Object.entries(meanings) as [ErrorCode, string][];
  return entries.map(([code, meaning]) => ({ code, from, meaning, kinds, source }));
}

const TROUBLESHOOTING = "how-to-troubleshoot-online-endpoints";

export const ERROR_CODES: readonly ErrorCodeRow[] = [
  ...rows("azure", BOTH, AZURE_BOTH, TROUBLESHOOTING),
  ...rows("azure", MANAGED, AZURE_MANAGED, TROUBLESHOOTING),
  ...rows("azure", KUBERNETES, AZURE_KUBERNETES, TROUBLESHOOTING),
  ...rows("mlendpoints", BOTH, OWN),
];
