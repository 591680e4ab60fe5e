import { expect } from "chai";
import fc from "fast-check";
import { formatPeriod, parseDuration, parsePeriod } from "../../../input/documents/duration";

describe("parseDuration", () => {
  const SECONDS: Readonly<Record<string, number>> = {
    PT1M: 60,
    PT1H30M: 5400,
    P1D: 86_400,
    P1DT1S: 86_401,
    P2W: 1_209_600,
    PT0S: 0,
    " pt5m ": 300,
    PT90M: 5400,
  };
  for (const [text, seconds] of Object.entries(SECONDS)) {
    it(`reads '${text}'`, () => {
      expect(parseDuration(text)).to.deep.equal({ ok: true, seconds });
    });
  }

  for (const text of ["", "P", "PT", "P1DT", "5m", "PT5", "PT1M1H", "PT-5M", "PT1.5M", "00:05:00", "T5M"]) {
    it(`refuses '${text}'`, () => {
      expect(parseDuration(text)).to.deep.equal({ ok: false, message: "is not an ISO 8601 duration" });
    });
  }

  it("says why years and months are refused, and takes minutes for no months", () => {
    expect(parseDuration("P1M")).to.include({ ok: false, message: "years and months have no fixed length" });
    expect(parseDuration("P1Y2DT5M")).to.include({ ok: false, message: "years and months have no fixed length" });
    expect(parseDuration("P1DT1M")).to.include({ ok: true, seconds: 86_460 });
  });

  it("refuses what is too long to count", () => {
    expect(parseDuration("P99999999999999999D")).to.deep.equal({ ok: false, message: "is too long to count" });
  });

  it("reads what it is made of", () => {
    const part = fc.nat({ max: 10_000 });
    fc.assert(
      fc.property(part, part, part, part, (days, hours, minutes, seconds) => {
        expect(parseDuration(`P${days}DT${hours}H${minutes}M${seconds}S`)).to.deep.equal({
          ok: true,
          seconds: ((days * 24 + hours) * 60 + minutes) * 60 + seconds,
        });
      }),
    );
  });
});

describe("parsePeriod", () => {
  it("reads the short form of the command line and the ISO form", () => {
    expect(parsePeriod("5m")).to.deep.equal({ ok: true, seconds: 300 });
    expect(parsePeriod("1h30m")).to.deep.equal({ ok: true, seconds: 5400 });
    expect(parsePeriod("1D")).to.deep.equal({ ok: true, seconds: 86_400 });
    expect(parsePeriod("PT5M")).to.deep.equal({ ok: true, seconds: 300 });
  });

  it("refuses what is none", () => {
    for (const text of ["", "5", "m", "5 m", "30m1h", "-5m"]) {
      expect(parsePeriod(text), text).to.deep.equal({ ok: false, message: "is not a length of time" });
    }
  });

  it("reads back every length that formatPeriod writes", () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(parsePeriod(formatPeriod(seconds))).to.deep.equal({ ok: true, seconds });
      }),
    );
  });
});
