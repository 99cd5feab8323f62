import { describe, expect, test } from "@jest/globals";
import {
  brandStyle,
  contrast,
  palette,
  parse,
  renderBrand,
  renderWhatsApp,
} from "../../../src/pages/brand.ts";

const CARDS = { light: "#ffffff", dark: "#18201d" } as const;
const COLOURS = [
  "#000000",
  "#ffffff",
  "#ffd400",
  "#10b981",
  "#1877f2",
  "#808080",
  "#7b1fa2",
  "#ff0000",
];

const ratio = (one: string, other: string) => contrast(parse(one), parse(other));

describe("contrast", () => {
  test.each([
    ["#000000", "#ffffff", 21],
    ["#ffffff", "#ffffff", 1],
    ["#767676", "#ffffff", 4.54],
  ])("of %s on %s is %d", (one, other, expected) => {
    expect(ratio(one, other)).toBeCloseTo(expected, 2);
  });
});

describe("palette", () => {
  test.each(COLOURS)("can be read wherever it stands: %s", (color) => {
    for (const scheme of ["light", "dark"] as const) {
      const { accent, onAccent, tint } = palette(color, scheme);

      expect(ratio(accent, CARDS[scheme])).toBeGreaterThanOrEqual(4.5);
      expect(ratio(accent, tint)).toBeGreaterThanOrEqual(4.5);
      expect(ratio(onAccent, accent)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("leaves a colour alone that can be read as it is", () => {
    expect(palette("#0b6b50", "light")).toEqual({
      accent: "#0b6b50",
      onAccent: "#ffffff",
      tint: "#e7f0ee",
    });
  });
});

describe("brandStyle", () => {
  test("sets nothing without a colour", () => {
    expect(brandStyle({ name: "x" })).toBeUndefined();
  });

  test("sets both schemes", () => {
    expect(brandStyle({ color: "#0b6b50" })?.toString()).toMatch(
      /^:root\{--accent:#0b6b50;.+\}@media \(prefers-color-scheme: dark\) \{:root\{--accent:#.+\}\}$/,
    );
  });
});

describe("renderBrand", () => {
  test("shows the pages' own mark, with the name where there is one", () => {
    expect(renderBrand().toString()).toMatch(/^<svg/);
    expect(renderBrand({ name: "<Tienda>" }).toString()).toContain(
      '<b class="brand">&lt;Tienda&gt;</b>',
    );
  });

  test("shows the logo in its place, and the name as its text", () => {
    const brand = { name: 'a"b', logoUrl: "https://cdn.example.com/logo.svg?a=1&b=2" };

    expect(renderBrand(brand).toString()).toBe(
      '<img class="logo" src="https://cdn.example.com/logo.svg?a=1&amp;b=2" alt="a&quot;b" />',
    );
  });
});

describe("renderWhatsApp", () => {
  test("stands beside a brand alone, with its picture where the brand has one of its own", () => {
    expect(renderWhatsApp()).toBeUndefined();
    expect(String(renderWhatsApp({ name: "Tienda" }))).not.toContain("<svg");
    expect(String(renderWhatsApp({ logoUrl: "https://cdn.example.com/logo.svg" }))).toMatch(
      /<svg.*<b class="brand">WhatsApp<\/b>$/,
    );
  });
});
