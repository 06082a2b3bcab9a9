/** One line of docs/BENCHMARKS.md. */
export interface Figure {
  what: string;
  got: string;
  /** What it should reach, in words; `–` where it is there to compare with. */
  reach: string;
  ok: boolean;
}

export const plain = (what: string, got: string): Figure => ({ what, got, reach: '–', ok: true });

export const atLeast = (what: string, got: number, reach: number): Figure => ({
  what,
  got: got.toFixed(2),
  reach: `≥ ${reach}`,
  ok: got >= reach,
});

/** @param unit with its space: ` ms`, ` MB` */
export const atMost = (what: string, got: number, reach: number, unit: string): Figure => ({
  what,
  got: `${got.toFixed(got < 10 ? 1 : 0)}${unit}`,
  reach: `≤ ${reach}${unit}`,
  ok: got <= reach,
});

export const rate = (perSecond: number): string => `${perSecond.toFixed(0)}/s`;
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, got, reach, ok }) => `| ${what} | ${got} | ${reach} | ${ok ? 'yes' : 'NO'} |`);
  return ['| figure | measured | reach | reached |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
