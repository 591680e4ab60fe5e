/** From the routing table to the files of Envoy. Pure: same table, same text. */
export { type BootstrapOptions, compileBootstrap } from "./bootstrap";
export { BODY_LIMITS } from "./features/body-limit";
export { type CompiledRouter, compileRouter, compileSecrets, type EndpointFragment } from "./fragments";
export { ROUTER_FOLDERS, type RouterFolders } from "./names";
export { routerImageFiles } from "./recipe";
