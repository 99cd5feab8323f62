import { describe, expect, test } from "@jest/globals";
import { isAllowedReturnUrl, withParameters } from "../../../src/signup/urls.ts";

const ALLOWED = ["https://app.example.com", "http://localhost:4999"];

describe("isAllowedReturnUrl", () => {
  test.each([
    "https://app.example.com",
    "https://app.example.com/",
    "https://APP.example.com/done",
    "HTTPS://app.example.com/done",
    "https://app.example.com:443/done",
    "https://app.example.com/done?next=https://evil.example&x=%0d%0a#part",
    "https://app.example.com//evil.example",
    "http://localhost:4999/done",
  ])("lets %j pass", (url) => {
    expect(isAllowedReturnUrl(url, ALLOWED)).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["a path", "/done"],
    ["no scheme", "app.example.com/done"],
    ["no scheme, two slashes", "//app.example.com/done"],
    ["another scheme of the same host", "http://app.example.com/done"],
    ["another port", "https://app.example.com:8443/done"],
    ["the name as a prefix", "https://app.example.com.evil.example/done"],
    ["the name as an ending", "https://evil-app.example.com/done"],
    ["a subdomain", "https://x.app.example.com/done"],
    ["the parent domain", "https://example.com/done"],
    ["a trailing dot", "https://app.example.com./done"],
    ["the name as user", "https://app.example.com@evil.example/done"],
    ["a user at the right host", "https://user@app.example.com/done"],
    ["a password at the right host", "https://:secret@app.example.com/done"],
    ["the name as user and password", "https://app.example.com:443@evil.example/"],
    ["a backslash before @", "https://app.example.com\\@evil.example/"],
    ["a backslash after the host", "https://evil.example\\.app.example.com/"],
    ["backslashes for slashes", "https:\\\\app.example.com/done"],
    ["one slash", "https:/app.example.com/done"],
    ["no slashes", "https:app.example.com/done"],
    ["three slashes", "https:///app.example.com/done"],
    ["a tab in the scheme", "ht\ttps://app.example.com/done"],
    ["a line end in the host", "https://app.exam\nple.com/done"],
    ["a carriage return at the end", "https://app.example.com/done\r"],
    ["a leading space", " https://app.example.com/done"],
    ["a space in the path", "https://app.example.com/do ne"],
    ["a no-break space", "https://app.example.com/\u00A0"],
    ["a NUL", "https://app.example.com/\u0000"],
    ["a Cyrillic letter", "https://аpp.example.com/done"],
    ["a fullwidth full stop as a trick", "https://app.example.com．evil.example/"],
    ["javascript", "javascript:alert(1)"],
    ["javascript that names the host", "javascript://app.example.com/%0aalert(1)"],
    ["data", "data:text/html,<script>alert(1)</script>"],
    ["a blob of the origin", "blob:https://app.example.com/0b9c"],
    ["a file", "file:///etc/passwd"],
    ["ftp", "ftp://app.example.com/done"],
    ["an app's scheme", "myapp://app.example.com/done"],
    ["view-source", "view-source:https://app.example.com/"],
    ["too long", `https://app.example.com/${"a".repeat(2_048)}`],
  ])("refuses %s", (_what, url) => {
    expect(isAllowedReturnUrl(url, ALLOWED)).toBe(false);
  });

  test("refuses everything where no origin is allowed", () => {
    expect(isAllowedReturnUrl("https://app.example.com/", [])).toBe(false);
  });
});

describe("withParameters", () => {
  test.each([
    ["https://a.example/", { x: "1" }, "https://a.example/?x=1"],
    ["https://a.example", { x: "1" }, "https://a.example/?x=1"],
    ["https://a.example/p?keep=1", { x: "1" }, "https://a.example/p?keep=1&x=1"],
    ["https://a.example/p?x=0&keep=1", { x: "1" }, "https://a.example/p?x=1&keep=1"],
    ["https://a.example/p?x=0&x=2&keep=1", { x: "1" }, "https://a.example/p?x=1&keep=1"],
    ["https://a.example/p?keep=1#part", { x: "1" }, "https://a.example/p?keep=1&x=1#part"],
    ["https://a.example/p", { phone: "+5511" }, "https://a.example/p?phone=%2B5511"],
    ["https://a.example/p", { m: "á &=#\r\n" }, "https://a.example/p?m=%C3%A1+%26%3D%23%0D%0A"],
    ["https://a.example/p?k=%2B1", {}, "https://a.example/p?k=%2B1"],
    [
      "https://a.example/p?flag&n=%E9&s=a%20b",
      { x: "1" },
      "https://a.example/p?flag&n=%E9&s=a%20b&x=1",
    ],
    ["https://a.example/p?&x%5B%5D=1&%78=0", { x: "1" }, "https://a.example/p?x%5B%5D=1&x=1"],
  ])("%s with %j is %s", (url, parameters, result) => {
    expect(withParameters(url, parameters)).toBe(result);
  });
});
