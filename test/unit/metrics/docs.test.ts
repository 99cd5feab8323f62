import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { knownMetrics } from "./names.ts";

const DOCS = readFileSync("docs/metrics.md", "utf8");
const DASHBOARD = readFileSync("docs/observability/grafana-dashboard.json", "utf8");
const RULES = readFileSync("docs/observability/prometheus-rules.yml", "utf8");
const known = knownMetrics();

interface Dashboard {
  panels: { title: string; description?: string; targets?: { expr: string }[] }[];
}
interface Rules {
  groups: {
    rules: {
      alert: string;
      expr: string;
      for?: string;
      labels: { severity: string };
      annotations: { summary: string; description: string };
    }[];
  }[];
}
const { panels } = JSON.parse(DASHBOARD) as Dashboard;
const rules = (parse(RULES) as Rules).groups.flatMap((group) => group.rules);

/** What Prometheus adds. */
const OF_EVERY_SERIES = ["le", "instance", "job"];

/** What a histogram is made of when it is scraped. */
const seriesOf = ({ name, type }: { name: string; type: string }) =>
  type === "histogram" ? ["_bucket", "_sum", "_count"].map((part) => `${name}${part}`) : [name];
const labelsOf = new Map(
  known.flatMap((metric) => {
    const labels = new Set(metric.labels.concat(OF_EVERY_SERIES));
    return seriesOf(metric).map((series) => [series, labels] as const);
  }),
);

/** The cells of the tables' rows: name, labels and, where there is one, the kind. */
function documented() {
  const rows = [...DOCS.matchAll(/^\| `((?:connect_whatsapp|process|nodejs)_\w+)` *\|(.*)\|$/gm)];
  return rows.map(([, name = "", rest = ""]) => {
    const cells = rest.split("|");
    const [kind, labels = ""] = name.startsWith("connect_") ? cells : [undefined, cells[0]];
    return {
      name,
      type: kind?.trim(),
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    };
  });
}

describe("docs/metrics.md", () => {
  test("lists every metric with its kind and every label, and no other", () => {
    const expected = known.map(({ name, isOwn, type, labels }) => {
      return { name, type: isOwn ? type : undefined, labels };
    });
    expect(documented()).toEqual(expected);
  });
});

describe.each([
  ["the dashboard", panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))],
  ["the alert rules", rules.map(({ expr }) => expr)],
])("%s", (_what, expressions) => {
  test("asks for metrics and labels that there are", () => {
    expect(expressions.length).toBeGreaterThan(5);
    for (const expr of expressions) {
      const names = expr.match(/\b(?:connect_whatsapp|nodejs|process)_\w+/g) ?? [];
      expect({ expr, names }).not.toEqual({ expr, names: [] });
      expect({ expr, unknown: names.filter((name) => !labelsOf.has(name)) }).toEqual({
        expr,
        unknown: [],
      });
      const selectors = [...expr.matchAll(/\{([^}]*)\}/g)].map(([, inner = ""]) => inner);
      const grouped = [...expr.matchAll(/\bby *\(([^)]*)\)/g)].map(([, inner = ""]) => inner);
      const used = [
        ...selectors.flatMap((text) => [...text.matchAll(/(\w+) *(?:=|!)/g)].map(([, one]) => one)),
        ...grouped.flatMap((text) => text.split(",").map((one) => one.trim())),
      ];
      const labels = new Set(names.flatMap((name) => Array.from(labelsOf.get(name) ?? [])));
      expect({ expr, unknown: used.filter((one) => !labels.has(one ?? "")) }).toEqual({
        expr,
        unknown: [],
      });
    }
  });
});

test("each alert says how bad it is, what it means and what to do", () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations } of rules) {
    expect(["critical", "warning"]).toContain(labels.severity);
    expect([alert, annotations.summary]).toEqual([alert, expect.stringMatching(/\S/)]);
    expect([alert, annotations.description]).toEqual([alert, expect.stringMatching(/\.$/)]);
  }
});

test("every file of docs/observability is named in docs/metrics.md", () => {
  for (const file of readdirSync("docs/observability")) {
    expect(DOCS).toContain(`observability/${file}`);
  }
});
