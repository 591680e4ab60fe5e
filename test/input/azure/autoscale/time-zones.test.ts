import { expect } from "chai";
import fc from "fast-check";
import { findTimeZone, instantOf, nearestTimeZone, WINDOWS_ZONES } from "../../../../input/azure/autoscale/time-zones";

function utc(wall: string, zone: string): string {
  return new Date(instantOf(Date.parse(`${wall}Z`), zone)).toISOString();
}

describe("time zones", () => {
  it("maps every Windows name to a zone that this machine knows", () => {
    expect(WINDOWS_ZONES.size).to.be.greaterThan(150);
    for (const [name, zone] of WINDOWS_ZONES) {
      expect(() => new Intl.DateTimeFormat("en", { timeZone: zone }), name).to.not.throw();
      expect(findTimeZone(name.toUpperCase()), name).to.equal(zone);
    }
  });

  it("takes Windows and IANA names in any case, with any blanks", () => {
    expect(findTimeZone("pacific  standard time")).to.equal("America/Los_Angeles");
    expect(findTimeZone("europe/berlin")).to.equal("Europe/Berlin");
    expect(findTimeZone("utc")).to.equal("UTC");
  });

  it("does not take abbreviations, offsets or misspelt names", () => {
    for (const name of ["EST", "PST", "+01:00", "GMT+1", "Europe/Berln", "", "Mars Standard Time"]) {
      expect(findTimeZone(name), name).to.equal(undefined);
    }
    expect(nearestTimeZone("Pacfic Standard Time")).to.equal("Pacific Standard Time");
    expect(nearestTimeZone("Europe/Berln")).to.equal("Europe/Berlin");
  });

  it("turns wall time into an instant, in winter and in summer", () => {
    expect(utc("2026-12-24T08:00:00", "America/Los_Angeles")).to.equal("2026-12-24T16:00:00.000Z");
    expect(utc("2026-07-04T08:00:00", "America/Los_Angeles")).to.equal("2026-07-04T15:00:00.000Z");
    expect(utc("2026-07-04T08:00:00", "Asia/Katmandu")).to.equal("2026-07-04T02:15:00.000Z");
  });

  it("keeps to the right side of a change of the clocks", () => {
    // Berlin, 2026-03-29: after 01:59 comes 03:00.
    expect(utc("2026-03-29T01:59:00", "Europe/Berlin")).to.equal("2026-03-29T00:59:00.000Z");
    expect(utc("2026-03-29T03:00:00", "Europe/Berlin")).to.equal("2026-03-29T01:00:00.000Z");
  });

  it("shows the wall time that it was given, but for the hour that is skipped", () => {
    const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe");
    const minute = fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2035, 0) / 60_000 });
    fc.assert(
      fc.property(zone, minute, (timeZone, minutes) => {
        const wall = minutes * 60_000;
        const shown = new Date(instantOf(wall, timeZone)).toLocaleString("sv-SE", { timeZone });
        const asked = new Date(wall).toISOString().slice(0, 19).replace("T", " ");
        const skipped = Math.abs(Date.parse(`${shown.replace(" ", "T")}Z`) - wall);
        expect(shown === asked || skipped <= 60 * 60_000, `${shown} for ${asked} in ${timeZone}`).to.equal(true);
        if (timeZone === "Asia/Tokyo") {
          expect(shown).to.equal(asked);
        }
      }),
    );
  });
});
