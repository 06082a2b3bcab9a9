/** What operators watch. Each has a line in docs/metrics.md (a test compares them). Labels are words from a closed list, never a phone or an id. */
export interface Meter {
  /** One more of something that happened. */
  count(name: string, labels?: Record<string, string>): void;
  /** How long something took, or how late it was. @param seconds 0 and above */
  time(name: string, seconds: number, labels?: Record<string, string>): void;
}

export const noMeter: Meter = { count: () => undefined, time: () => undefined };
