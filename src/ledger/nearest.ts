/** The known name that differs from `name` by the fewest letters, or null when none is near (more than a third of it). */
export function nearestOf(name: string, known: readonly string[]): string | null {
  let best: { name: string; edits: number } | null = null;
  for (const candidate of known) {
    const edits = editsBetween(name.slice(0, 60), candidate);
    if (edits * 3 <= Math.max(name.length, 3) && (best === null || edits < best.edits))
      best = { name: candidate, edits };
  }
  return best?.name ?? null;
}

/** Levenshtein distance, one row of the table at a time. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
