// No address is unknown, never new; and only the operator's own ranges say which cloud an address belongs to.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../../model/errors.ts";
import { createNetworkClassifier } from "../../normalize/network.ts";

const classify = createNetworkClassifier([]);

const cases: readonly [address: string, ip: string, kind: string][] = [
  ["", "", "unknown"],
  ["10.1.2.3", "10.1.2.3", "private"],
  ["100.64.0.1", "100.64.0.1", "private"],
  ["169.254.169.254", "169.254.169.254", "private"],
  ["127.0.0.1", "127.0.0.1", "private"],
  ["fd00::1", "fd00::1", "private"],
  ["fe80::1%eth0", "fe80::1", "private"],
  ["::ffff:198.51.100.7", "198.51.100.7", "internet"],
  ["198.51.100.7", "198.51.100.7", "internet"],
  ["2001:4860:4860:0:0:0:0:8888", "2001:4860:4860::8888", "internet"],
  ["198.51.100.7:443", "198.51.100.7", "internet"],
  ["[2001:4860:4860::8888]:443", "2001:4860:4860::8888", "internet"],
  ["AWS Internal", "", "provider-service"],
  ["config.amazonaws.com", "", "provider-service"],
  ["private", "", "private"],
  ["gce-internal-ip", "", "private"],
  ["1.2.3", "", "unknown"],
  ["0x7f.1", "", "unknown"],
  ["not an address", "", "unknown"],
];

for (const [address, ip, kind] of cases) {
  test(`${address || "no address"} is ${kind}`, () => expect(classify(address)).toEqual({ ip, kind }));
}

test("of the operator's ranges the longest that holds the address decides", () => {
  const own = createNetworkClassifier([
    { range: "198.51.0.0/16", kind: "cloud:example" },
    { range: "198.51.100.0/24", kind: "private" },
    { range: "2001:db8::/33", kind: "cloud:example" },
  ]);
  expect(own("198.51.7.7").kind).toBe("cloud:example");
  expect(own("198.51.100.7").kind).toBe("private");
  expect(own("2001:db8:7fff::1").kind).toBe("cloud:example");
  expect(own("2001:db8:8000::1").kind).not.toBe("cloud:example");
});

test("a range that is none is named", () => {
  expect(() => createNetworkClassifier([{ range: "198.51.100.0/40", kind: "private" }])).toThrow(ConfigError);
  expect(() => createNetworkClassifier([{ range: "198.51.100.0/40", kind: "private" }])).toThrow(/198\.51\.100\.0\/40/);
});

test("any text is classified without throwing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.ipV4(), fc.ipV6()), (address) => {
      expect(classify(address).kind).toBeTypeOf("string");
    }),
  );
});
