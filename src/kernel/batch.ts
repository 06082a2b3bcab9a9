const AT_ONCE_MAX = 200; // one command of the database stays well under its limits

/**
 * Joins what many do at the same moment into one write: whoever comes while a write is under way goes with the next one. Alone, nobody waits.
 * @param write given all that came, answers each in the same order; when it fails, all who were in it are told
 * @param gather waits for others before each write, where nobody is in a hurry; left out: for who comes in the same moment
 */
export function createBatch<Item, Answer>(
  write: (items: Item[]) => Promise<Answer[]>,
  gather: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve)),
) {
  interface Waiter {
    item: Item;
    resolve(answer: Answer): void;
    reject(reason: unknown): void;
  }
  let waiting: Waiter[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      await gather();
      const now = waiting.slice(0, AT_ONCE_MAX);
      waiting = waiting.slice(AT_ONCE_MAX);
      try {
        const answers = await write(now.map(({ item }) => item));
        for (const [n, { resolve }] of now.entries()) resolve(answers[n] as Answer);
      } catch (err) {
        for (const { reject } of now) reject(err);
      }
    }
    isWriting = false;
  }

  return function add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      void writeAll();
    });
  };
}
