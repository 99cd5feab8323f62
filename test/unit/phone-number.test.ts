import { describe, expect, test } from "@jest/globals";
import {
  canonicalPhoneNumber,
  isSameLine,
  maskNumbersIn,
  maskPhoneNumber,
} from "../../src/phone-number.ts";

describe("canonicalPhoneNumber", () => {
  test.each([
    ["+5511987654321", "+5511987654321"],
    ["whatsapp:+5511987654321", "+5511987654321"],
    ["WhatsApp:+5511987654321", "+5511987654321"],
    [" 5511987654321", "+5511987654321"],
    ["whatsapp: 5511987654321", "+5511987654321"],
    ["+55 (11) 98765-4321", "+5511987654321"],
    ["+55.11.98765.4321", "+5511987654321"],
    ["+5215512345678", "+525512345678"],
    ["+525512345678", "+525512345678"],
    ["+14155550123", "+14155550123"],
    ["+5491123456789", "+5491123456789"],
    ["+551187654321", "+551187654321"],
  ])("reads %j as %s", (input, canonical) => {
    expect(canonicalPhoneNumber(input)).toBe(canonical);
  });

  test.each([
    [""],
    ["+"],
    ["5511987654321"],
    ["011987654321"],
    ["+0511987654321"],
    ["+55119876543210000"],
    ["+5511"],
    ["+999123456789"],
    ["+5511ABCDEFGH"],
    ["+5511987654321;ext=7"],
    ["+5511987654321\u0000"],
    ["++5511987654321"],
    ["whatsapp:whatsapp:+5511987654321"],
    ["tel:+5511987654321"],
    ["+٥٥١١٩٨٧٦٥٤٣٢١"],
    ["＋5511987654321"],
  ])("refuses %j", (input) => {
    expect(canonicalPhoneNumber(input)).toBeUndefined();
  });

  test("leaves a canonical number as it is", () => {
    for (const number of ["+5511987654321", "+525512345678", "+34600123456"])
      expect(canonicalPhoneNumber(canonicalPhoneNumber(number) ?? "")).toBe(number);
  });
});

describe("isSameLine", () => {
  test.each([
    ["+5511987654321", "+5511987654321", true],
    ["+5511987654321", "+551187654321", true],
    ["+551187654321", "+5511987654321", true],
    ["+5511987654321", "+5511987654322", false],
    ["+5511987654321", "+5521987654321", false],
    ["+5511887654321", "+551187654321", false],
    ["+5491187654321", "+541187654321", false],
    ["+34987654321", "+3487654321", false],
  ])("%s and %s: %s", (one, other, same) => {
    expect(isSameLine(one, other)).toBe(same);
  });
});

describe("maskPhoneNumber", () => {
  test.each([
    ["+5511987654321", "+5511•••••4321"],
    ["+14155550123", "+1415•••0123"],
    ["+123456789", "+1234•6789"],
    ["+12345678", "+••••••78"],
    ["+4712", "+••12"],
  ])("%s becomes %s", (number, masked) => {
    expect(maskPhoneNumber(number)).toBe(masked);
  });
});

describe("maskNumbersIn", () => {
  test.each([
    ["no number", "no number"],
    ["+5511987654321", "+5511•••••4321"],
    ["whatsapp:+5511987654321 and +14155550123.", "whatsapp:+5511•••••4321 and +1415•••0123."],
    ["1 + 23", "1 + 23"],
    ["AC00000000000000000000000000000001", "AC00000000000000000000000000000001"],
  ])("%s becomes %s", (text, masked) => {
    expect(maskNumbersIn(text)).toBe(masked);
  });
});
