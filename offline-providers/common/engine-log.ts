import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Messages to the Pulumi engine, which shows them beside the resource. Losing one is never an error. */
export class EngineLog {
  private client: EngineClient | undefined;
  private readonly waiting: LogRequest[] = [];

  constructor(address?: string) {
    if (address !== undefined && address !== "") {
      this.attach(address);
    }
  }

  attach(address: string): void {
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Shown while the resource is being worked on, then gone. */
  status(urn: string, text: string): void {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setMessage(text);
    request.setSeverity(LogSeverity.INFO);
    request.setEphemeral(true);
    this.waiting.push(request);
    if (this.waiting.length === 1) {
      this.sendNext();
    }
  }

  /** One at a time: calls in parallel may overtake each other, and step 2 must not be shown before step 1. */
  private sendNext(): void {
    const [request] = this.waiting;
    if (request === undefined) {
      return;
    }
    const done = (): void => {
      this.waiting.shift();
      this.sendNext();
    };
    if (this.client === undefined) {
      done();
    } else {
      this.client.log(request, done);
    }
  }

  close(): void {
    this.client?.close();
  }
}
