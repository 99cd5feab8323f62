import { processMetrics, PrometheusMetrics } from "../../../src/metrics/prometheus.ts";

interface Known {
  name: string;
  type: string;
  labelNames?: string[];
}

/** Every metric of the service and of its process, with its kind and the names of its labels. */
export function knownMetrics(): { name: string; isOwn: boolean; type: string; labels: string[] }[] {
  const own = new PrometheusMetrics(undefined).registry;
  return [own, processMetrics()].flatMap((registry) => {
    const metrics = registry.getMetricsAsArray() as unknown as Known[];
    return metrics.map(({ name, type, labelNames = [] }) => {
      return { name, isOwn: registry === own, type, labels: [...labelNames] };
    });
  });
}
