import { describe, expect, test } from "@jest/globals";
import { escapeHtml, html, jsonForScript, linkTarget } from "../../../src/pages/html.ts";

describe("html", () => {
  test("escapes what ends an element or a quoted attribute", () => {
    expect(escapeHtml(`</b> & "x" 'y' 👍`)).toBe("&lt;/b&gt; &amp; &quot;x&quot; &#39;y&#39; 👍");
  });

  test("escapes every value once, and markup not again", () => {
    const inner = html`<b>${"<&>"}</b>`;

    expect(html`<p title="${'"'}">${inner}${[inner, inner]}</p>`.toString()).toBe(
      '<p title="&quot;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b></p>',
    );
  });

  test("leaves nothing where a value is undefined", () => {
    expect(html`<p>${undefined}</p>`.toString()).toBe("<p></p>");
  });
});

describe("jsonForScript", () => {
  const hostile = [
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "]]> --> &lt;",
    "line\u2028separators\u2029",
    `quotes " ' \\ \``,
    "emoji 👩🏽‍💻, lone \uD800 surrogate",
  ];

  test.each(hostile)("keeps %j readable as JSON and harmless as markup", (text) => {
    const json = jsonForScript({ text }).toString();

    expect(json).not.toMatch(/[<>&\u2028\u2029]/u);
    expect(JSON.parse(json)).toEqual({ text });
  });
});

describe("linkTarget", () => {
  test.each(["https://app.example.com/a?b=c#d", "http://localhost:3000/"])(
    "lets %s be",
    (address) => {
      expect(linkTarget(address)).toBe(address);
    },
  );

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    " java\tscript:x",
    "//evil",
    "",
    undefined,
  ])("makes no link of %j", (address) => {
    expect(linkTarget(address)).toBeUndefined();
  });
});
