import { type RequestHandler, Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import { COUNTERS, exportedName, GAUGES, type GaugeName, TIMERS } from './metric-table.ts';

/** What a look at the house finds: a number, or one for each value of the gauge's label. Left out: not known in this process. */
export type Observed = Partial<Record<GaugeName, number | Record<string, number>>>;

export interface Metrics {
  meter: Meter;
  /** `GET /metrics`, in the format of https://prometheus.io/docs/instrumenting/exposition_formats/. */
  routes: Router;
}

export interface MetricsInput {
  /** Asked at each scrape. */
  observe: () => Promise<Observed>;
  clock: Pick<Clock, 'sleep'>;
  log: Log;
  /** Memory, processor, event loop, handles: off in tests, since it watches the whole process. */
  process?: boolean;
}

const OBSERVE_MS = 2_000; // a scrape must answer while the database does not
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own, filled from the tables. Nothing here is told a phone, a name or an id: labels are words from closed lists. */
export function createMetrics(input: MetricsInput): Metrics {
  const registry = new Registry();
  if (input.process ?? true) collectDefaultMetrics({ register: registry });
  const common = (name: string, help: string, labels: readonly string[]) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, [help, ...labels]]) => [
      name,
      new Counter(common(exportedName(name, 'counter'), help, labels)),
    ]),
  );
  const timers = new Map(
    Object.entries(TIMERS).map(([name, [help, ...labels]]) => [
      name,
      new Histogram({ ...common(exportedName(name, 'timer'), help, labels), buckets: SECONDS }),
    ]),
  );
  const gauges = new Map(
    Object.entries(GAUGES).map(([name, [help, ...labels]]) => [
      name,
      new Gauge(common(exportedName(name, 'gauge'), help, labels)),
    ]),
  );

  /** Watching must never break what is watched: a name or a label that no table has is logged, and a test finds it before. */
  const safely = (name: string, write: () => void): void => {
    try {
      write();
    } catch {
      input.log.error({ metric: name }, 'metric.unknown');
    }
  };

  async function scrape(): Promise<string> {
    const observed = await inTime(input.observe(), input.clock);
    for (const [name, gauge] of gauges) show(gauge, GAUGES[name as GaugeName][1], observed?.[name as GaugeName]);
    return registry.metrics();
  }

  const answer: RequestHandler = async (_req, res) => {
    res.type(registry.contentType).send(await scrape());
  };

  return {
    meter: {
      count: (name, labels = {}) => safely(name, () => found(counters, name).inc(labels)),
      time: (name, seconds, labels = {}) => safely(name, () => found(timers, name).observe(labels, seconds)),
    },
    routes: Router().get('/', answer),
  };
}

/** What is not known is not shown: a gauge that was never set would stand at 0. */
function show(gauge: Gauge, label: string | undefined, value: Observed[GaugeName]): void {
  gauge.reset();
  if (typeof value === 'number') gauge.set(value);
  else if (label === undefined) gauge.remove();
  else for (const [of, number] of Object.entries(value ?? {})) gauge.set({ [label]: of }, number);
}

function found<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (!metric) throw new RangeError('no such metric');
  return metric;
}

/** Null when the house does not answer: then the gauges are missing, which is what an alarm should ask for. */
async function inTime(look: Promise<Observed>, clock: Pick<Clock, 'sleep'>): Promise<Observed | null> {
  const timer = new AbortController();
  const late = clock.sleep(OBSERVE_MS, timer.signal).then(() => null);
  const observed = await Promise.race([look.catch(() => null), late]);
  timer.abort();
  return observed;
}
