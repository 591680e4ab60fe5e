import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Messages to the Pulumi engine, which shows them beside the resource. Losing one is never an error. */
export class EngineLog {
  private client: EngineClient | undefined;

  constructor(address?: string) {
    if (address !== undefined && address !== "") this.attach(address);
  }

  attach(address: string): void {
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Shown while the resource is being worked on, then gone. */
  status(urn: string, text: string): void {
    this.send(urn, text, LogSeverity.INFO, true);
  }

  warn(urn: string, text: string): void {
    this.send(urn, text, LogSeverity.WARNING, false);
  }

  private send(urn: string, text: string, severity: LogSeverity, ephemeral: boolean): void {
    if (this.client === undefined) return;
    const request = new LogRequest();
    request.setUrn(urn);
    request.setMessage(text);
    request.setSeverity(severity);
    request.setEphemeral(ephemeral);
    this.client.log(request, () => undefined);
  }

  close(): void {
    this.client?.close();
  }
}
