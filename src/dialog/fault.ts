/** One thing wrong in the data of flows or texts, told so that the author can mend it. */
export interface Fault {
  file: string;
  /** Counted from 1; null when the fault is of a whole file. */
  line: number | null;
  /** The step (`promise.when`), the text key, or the field. */
  where: string;
  problem: string;
  /** What would be right. */
  fix: string;
}

export const printFault = (f: Fault): string =>
  `${f.file}${f.line === null ? '' : `:${f.line}`} ${f.where}: ${f.problem}. ${f.fix}`;
