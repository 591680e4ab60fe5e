import { COMMON_CHANNELS, REFUSED_CHANNELS } from "./packages";
import type { CondaReport, Said } from "./report";

/** All packages come from PyPI: a channel is silent, warned of or refused, but never used. */
export function judgeChannels(channels: unknown, report: CondaReport): void {
  if (channels === undefined || channels === null) {
    return;
  }
  if (!Array.isArray(channels)) {
    report.refuse(["channels"], { code: "InvalidType", message: "must be a list", hint: "write a list of names" });
    return;
  }
  channels.forEach((channel: unknown, index) => {
    const name = String(channel);
    const at = ["channels", index];
    if (REFUSED_CHANNELS.includes(name)) {
      report.refuse(at, refusedChannel(name));
    } else if (!COMMON_CHANNELS.includes(name)) {
      report.warn(at, {
        code: "IgnoredChannel",
        message: `the channel '${name}' is not used: packages come from PyPI`,
        value: name,
        hint: "make sure that PyPI has the packages that you took from it, or remove the channel",
      });
    }
  });
}

export function refusedChannel(name: string): Said {
  return {
    code: "UnsupportedRequirement",
    message: `packages of the channel '${name}' are GPU builds that PyPI does not have`,
    value: name,
    hint: "remove the channel and what comes from it; wheels on PyPI bring their own CUDA libraries",
  };
}
