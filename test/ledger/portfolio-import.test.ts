import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { inTransaction } from '../../src/database/transaction.ts';
import { creditorId, debtorId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { money } from '../../src/kernel/money.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { PORTFOLIO_COLUMNS } from '../../src/ledger/portfolio.ts';
import { type ImportPortfolio, importPortfolio } from '../../src/ledger/portfolio-import.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, type Cells, opened, portfolioText } from './portfolio-text.ts';

const NOW = new Date('2026-11-23T16:00:00Z');
const SOL = creditorId('credito-sol');
const ANA_ID = debtorId(SOL, 'MX-001');

let db: Connection;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ db, drop } = await testDatabase());
});
beforeEach(async () => {
  for (const name of ['creditors', 'debtors', 'debts', 'journal', 'account_heads'])
    await db.collection(name).deleteMany({});
});
afterAll(() => drop());

const run = (bytes: string | Uint8Array, more: Partial<ImportPortfolio> = {}) =>
  importPortfolio({ db, open: opened(bytes), now: NOW, ...more });
const importRows = (rows: Cells[], more: Partial<ImportPortfolio> = {}) => run(portfolioText(rows), more);
const account = () =>
  createLedger({
    db,
    log: silentLog(),
    rules: { promiseDaysMax: 15, graceDays: 0, toleranceMinor: 0n },
  }).account(ANA_ID, NOW);

async function faultsOf(bytes: string | Uint8Array) {
  const result = await run(bytes);
  if (result.ok) throw new Error('it was imported');
  expect(await db.collection('journal').countDocuments()).toBe(0);
  expect(await db.collection('debtors').countDocuments()).toBe(0);
  return result.faults.map((f) => `${f.line} ${f.column}: ${f.reason}`);
}

describe('a file that is right', () => {
  test('becomes creditors, debtors, debts and charges', async () => {
    const result = await importRows([
      { instalment: '1', due_date: '2026-10-10' },
      { instalment: '2', due_date: '2026-11-10', amount: '1200.5' },
      { debtor_id: 'TJ-1', debt_id: 'T-1', state: 'Baja California', phone: '(664) 555 0102', locale: 'en-US' },
    ]);
    expect(result).toEqual({
      ok: true,
      rows: 3,
      counts: {
        creditors: { new: 1, changed: 0, unchanged: 0 },
        debtors: { new: 2, changed: 0, unchanged: 0 },
        debts: { new: 2, changed: 0, unchanged: 0 },
        instalments: { new: 3, changed: 0, unchanged: 0 },
      },
    });
    expect(await account()).toMatchObject({ total: money(240_050n, 'MXN'), debtor: { zone: 'America/Mexico_City' } });
    const tijuana = await db.collection('debtors').findOne({ externalId: 'TJ-1' });
    expect(tijuana).toMatchObject({ zone: 'America/Tijuana', phone: '+526645550102', locale: 'en-US' });
    expect(JSON.stringify(await db.collection('debtors').find().toArray())).not.toContain('4417');
  });

  test('imported again changes nothing, in the database either', async () => {
    const text = portfolioText([{ instalment: '1' }, { instalment: '2' }]);
    await run(text);
    const before = await wholeDatabase();
    const result = await run(text, { now: new Date('2026-12-01T00:00:00Z') });
    expect(result).toMatchObject({
      counts: { debtors: { unchanged: 1, changed: 0 }, debts: { unchanged: 1 }, instalments: { unchanged: 2, new: 0 } },
    });
    expect(await wholeDatabase()).toEqual(before);
  });

  test('a later file updates what changed, by adjustments', async () => {
    await importRows([{ amount: '1000.00' }]);
    const up = await importRows([
      { amount: '1500.00', phone: '+52 55 5555 0199' },
      { instalment: '2', amount: '10.00', phone: '+52 55 5555 0199' },
    ]);
    expect(up).toMatchObject({
      counts: { debtors: { changed: 1, new: 0 }, debts: { changed: 1 }, instalments: { new: 1, changed: 1 } },
    });
    await importRows([{ amount: '700.00', due_date: '2026-12-10' }]);
    expect(await account()).toMatchObject({
      total: money(71_000n, 'MXN'),
      debts: [{ items: [{ dueDate: '2026-12-10' }, {}] }],
    });
    const kinds = (await db.collection('journal').find().sort({ seq: 1 }).toArray()).map((e) => e['idemKey']);
    expect(kinds).toEqual([
      'charge:credito-sol/A-1:1',
      'adjust:credito-sol/A-1:1:0',
      'charge:credito-sol/A-1:2',
      'adjust:credito-sol/A-1:1:1',
    ]);
  });

  test('a lower bill than what was paid leaves credit, never a negative debt', async () => {
    await importRows([{ amount: '1000.00' }]);
    const ledger = createLedger({
      db,
      log: silentLog(),
      rules: { promiseDaysMax: 1, graceDays: 0, toleranceMinor: 0n },
    });
    const payment = { debtorId: ANA_ID, idemKey: 'sandbox:demo:x', provider: 'sandbox', paidAt: NOW, debtIds: [] };
    await inTransaction(db, (tx) => ledger.postPayment({ ...payment, amount: money(80_000n, 'MXN') }, NOW, tx));
    await importRows([{ amount: '500.00' }]);
    expect(await account()).toMatchObject({ total: money(0n, 'MXN'), credit: money(30_000n, 'MXN') });
  });

  test.each([
    ['a byte order mark and CRLF', (t: string) => `\uFEFF${t.replaceAll('\n', '\r\n')}\r\n`],
    ['semicolons', (t: string) => t.replaceAll(',', ';')],
    ['tabs and empty lines', (t: string) => `${t.replaceAll(',', '\t').replaceAll('\n', '\n\n')}\n\t\t\t\n`],
    ['spaces around values', (t: string) => t.replaceAll(',', ' , ')],
    ['quoted values with a comma and a quote', (t: string) => t.replace('Ana López', '"López, ""Ana"""')],
  ])('may have %s', async (_, change) => {
    expect(await run(change(portfolioText([{}])))).toMatchObject({ ok: true, rows: 1 });
  });

  test('columns may come in another order, and optional ones be left out', async () => {
    const columns = PORTFOLIO_COLUMNS.filter((c) => !['zone', 'locale', 'email', 'instalment'].includes(c)).reverse();
    expect(await run(portfolioText([{}], columns))).toMatchObject({ ok: true, rows: 1 });
  });

  test('two people of one name are two debtors', async () => {
    const result = await importRows([{}, { debtor_id: 'MX-002', debt_id: 'A-2', document: 'LOPA850101MDF9999' }]);
    expect(result).toMatchObject({ counts: { debtors: { new: 2 } } });
  });
});

describe('who reacts', () => {
  test('hears of the debtors that changed, addresses first, and of no others', async () => {
    const heard: string[] = [];
    const react = {
      linkAddresses: async (ds: readonly { id: string }[]) => void heard.push(...ds.map((d) => `link ${d.id}`)),
      onDebtorsChanged: async (ids: readonly string[]) => void heard.push(...ids.map((id) => `plan ${id}`)),
    };
    const other = { debtor_id: 'MX-002', debt_id: 'A-2' };
    await importRows([{}, other], react);
    expect(heard.splice(0)).toEqual([`link ${ANA_ID}`, `link ${SOL}/MX-002`, `plan ${ANA_ID}`, `plan ${SOL}/MX-002`]);
    await importRows([{ amount: '900.00' }, other], react);
    expect(heard).toEqual([`link ${ANA_ID}`, `plan ${ANA_ID}`]);
  });

  test('hears again, from the next import, when it failed the first time', async () => {
    const failing = async () => Promise.reject(new Error('stopped half way'));
    await expect(importRows([{}], { onDebtorsChanged: failing })).rejects.toThrow('stopped half way');
    const heard: string[] = [];
    const note = async (ids: readonly string[]) => void heard.push(...ids);
    expect(await importRows([{}], { onDebtorsChanged: note })).toMatchObject({ counts: { debtors: { unchanged: 1 } } });
    await importRows([{}], { onDebtorsChanged: note });
    expect(heard).toEqual([ANA_ID]);
  });
});

describe('a file that is wrong is not imported, and says where and why', () => {
  const good = { debtor_id: 'MX-009', debt_id: 'G-1' };
  test.each<[string, Cells, string]>([
    ['a negative amount', { amount: '-20.00' }, 'amount: "-20.00" is not above zero'],
    ['a zero amount', { amount: '0.00' }, 'amount: "0.00" is not above zero'],
    ['too many decimals', { amount: '20.005' }, 'amount: "20.005" has more decimals than MXN has (2)'],
    [
      'a symbol',
      { amount: '$20' },
      'amount: "$20" is no plain number; write it as 1200.50, without thousands marks or symbols',
    ],
    [
      'cents of pesos that have none',
      { country: 'CL', state: 'RM', phone: '', currency: 'CLP', amount: '10.50' },
      'amount: "10.50" has more decimals than CLP has (0)',
    ],
    [
      'an unknown currency',
      { currency: 'XYZ' },
      'currency: "XYZ" is no currency we know; write one of MXN, CLP, COP, ARS, BRL, PEN, USD, EUR',
    ],
    ['31 February', { due_date: '2026-02-31' }, 'due_date: 2026-02-31 is no day of the calendar'],
    ['a date the other way round', { due_date: '10/11/2026' }, 'due_date: "10/11/2026" is not written YYYY-MM-DD'],
    [
      'a phone that is none',
      { phone: '12ab' },
      'phone: is no phone number of MX; write it with its country code, as +52 55 1234 5678',
    ],
    [
      'a document without digits',
      { document: 'ABC-12' },
      'document: has fewer than 4 digits; the debtor is asked for the last 4',
    ],
    [
      'an unknown state',
      { state: 'Sonra' },
      'state: "Sonra" is no state of MX that we know; did you mean "sonora"?; or give the zone',
    ],
    ['no state', { state: '' }, 'state: is empty; the hours at which a debtor may be written to depend on it'],
    ['a zone that is none', { zone: 'GMT+6x' }, 'zone: is no IANA time zone such as America/Tijuana'],
    [
      'an unknown country',
      { country: 'ZZ', phone: '', state: '' },
      'country: is no country we know; write one of MX, CL, CO, AR, PE, BR',
    ],
    ['a language we lack', { locale: 'fr-FR' }, 'locale: must be one of es-MX, es-CL, es-CO, es-AR, pt-BR, en-US'],
    [
      'a channel that is none',
      { authorized_channels: 'whatsapp|fax' },
      'authorized_channels: must be any of whatsapp|sms|email|web|letter|voice|visit',
    ],
    ['an e-mail that is none', { email: 'ana at home' }, 'email: is no e-mail address'],
    ['an instalment that is none', { instalment: '0' }, 'instalment: must be a whole number from 1'],
    ['nothing where something must be', { debtor_name: '' }, 'debtor_name: is empty'],
    [
      'an id with a slash',
      { debt_id: 'A/1' },
      'debt_id: must be 1 to 64 letters, digits, ".", "_" or "-", and begin with a letter or a digit',
    ],
  ])('%s', async (_, cells, fault) => {
    expect(await faultsOf(portfolioText([good, cells]))).toEqual([`3 ${fault}`]);
  });

  test('a duplicate reference names the line of the first one, wherever the two stand', async () => {
    const rows = [{}, ...Array.from({ length: 600 }, (_, i) => ({ debtor_id: `M-${i}`, debt_id: `B-${i}` })), {}];
    expect(await faultsOf(portfolioText(rows))).toEqual([
      '603 debt_id: debt "A-1", instalment 1, is already on line 2; each instalment stands in one row',
    ]);
  });

  test('data of one debtor that differ from row to row', async () => {
    const rows = [
      {},
      { instalment: '2', phone: '+52 55 5555 0102' },
      { debt_id: 'A-2', currency: 'USD' },
      { debtor_id: 'MX-2', instalment: '3' },
    ];
    expect(await faultsOf(portfolioText(rows))).toEqual([
      '3 phone: is not the same as on line 2, for the same debtor_id',
      '4 currency: is not the same as on line 2, for the same debtor_id',
      '5 debtor_id: is not the same as on line 2, for the same debt_id',
    ]);
  });

  test('a debt that is known as somebody else’s, a debtor known to owe in another currency', async () => {
    await importRows([{}]);
    expect(await importRows([{ debtor_id: 'MX-2' }, { debt_id: 'A-2', currency: 'USD' }])).toMatchObject({
      faults: [
        { line: 2, column: 'debtor_id', reason: `debt "A-1" was imported before as a debt of ${ANA_ID}` },
        { line: 3, column: 'currency' },
      ],
    });
  });

  test('columns: unknown, missing, twice', async () => {
    const columns = PORTFOLIO_COLUMNS.map((c) => (c === 'due_date' ? 'duedate' : c)).filter((c) => c !== 'amount');
    expect(await faultsOf(portfolioText([{}], [...columns, 'phone']))).toEqual([
      '1 null: there is no column "duedate"; did you mean "due_date"?',
      '1 null: the column "phone" is there twice',
      '1 due_date: the column is missing; docs/portfolio-csv.md lists all of them',
      '1 amount: the column is missing; docs/portfolio-csv.md lists all of them',
    ]);
  });

  test.each<[string, string, string]>([
    ['an empty file', '', '1 null: the file is empty; its first line must name the columns (docs/portfolio-csv.md)'],
    ['only a header', PORTFOLIO_COLUMNS.join(','), '1 null: the file has no rows below its header'],
    [
      'a value too few',
      `${portfolioText([{}])}\n${Object.values(ANA).slice(1).join(',')}`,
      '3 null: has 17 values where the header has 18; is a separator or a quote missing?',
    ],
  ])('%s', async (_, text, fault) => {
    expect(await faultsOf(text)).toEqual([fault]);
  });

  test('a broken quote is named by the line on which its row begins, after the faults before it', async () => {
    const rows = [
      { amount: '-1' },
      { debtor_name: 'Íñigo', instalment: '2' },
      { debtor_name: '"Juana', instalment: '3' },
      { debtor_name: '"Rosa"', instalment: '4' },
    ];
    const [first, second, ...rest] = await faultsOf(portfolioText(rows).replaceAll('\n', '\r\n'));
    expect(first).toBe('2 amount: "-1" is not above zero');
    expect(second).toMatch(/^4 null: a quote \("\) in the row that begins here is broken/);
    expect(rest).toEqual([]);
    const open = portfolioText([
      {},
      { debtor_id: 'M-3', debt_id: 'B-3', debtor_name: '"Juana' },
      { debtor_id: 'M-4', debt_id: 'B-4' },
    ]);
    expect(await faultsOf(open)).toEqual([
      '3 null: a quote (") in the row that begins here is not closed before the end of the file',
    ]);
    const long = `${open}\n${`${Object.values(ANA).join(',')}\n`.repeat(1_000)}`;
    expect((await faultsOf(long))[0]).toMatch(/^3 null: the row that begins here is longer than 65536 bytes; a quote/);
  });

  test('lines are counted in the file, also after a value with a line break and after empty lines', async () => {
    const rows = [{ debtor_name: '"Ana\r\nLópez"' }, { instalment: 'x', debtor_id: 'M-2', debt_id: 'B-2' }];
    expect(await faultsOf(portfolioText(rows).replaceAll(/\r?\n/g, '\r\n').replace('\r\n', '\r\n\r\n'))).toEqual([
      '3 debtor_name: holds a line break or another control character',
      '5 instalment: must be a whole number from 1',
    ]);
  });

  test('Windows-1252 is named with its line and byte, wherever chunks are cut', async () => {
    const text = portfolioText([good, {}]);
    const latin = Buffer.from(text, 'latin1');
    const at = latin.indexOf('pez', 0, 'latin1') - 1;
    const column = at - latin.lastIndexOf('\n', at);
    const why = `2 null: the file is not UTF-8 at line 2 (byte ${at + 1} of the file, ${column} of the line). Save it as UTF-8 ("CSV UTF-8" in Excel) and import it again`;
    const seen = new Set(await faultsOf(latin).then((f) => f.filter((x) => x.includes('UTF-8'))));
    for (const size of [1, 7, 64]) for (const fault of await chunked(latin, size)) seen.add(fault);
    const first = latin.findIndex((byte) => byte > 127);
    expect(first).toBeLessThanOrEqual(at);
    expect([...seen]).toEqual([first === at ? why : expect.stringMatching(/^2 null: the file is not UTF-8 at line 2/)]);
  });

  test('what is cut in the middle of a letter, and what is no text', async () => {
    const text = Buffer.from(`${portfolioText([{}])}\n${'é'}`);
    expect((await faultsOf(text.subarray(0, -1)))[0]).toMatch(/line 3 \(byte/);
    expect((await faultsOf(Buffer.from([80, 75, 3, 4, 0, 0, 1])))[0]).toMatch(/no text: it holds a NUL byte \(byte 5 /);
  });

  test('the first fifty faults are reported, and all are counted', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({ debtor_id: `M-${i}`, debt_id: `B-${i}`, amount: 'x' }));
    const result = await importRows(rows);
    expect(result).toMatchObject({ ok: false, faultCount: 80, rows: 80 });
    expect(result.ok ? 0 : result.faults.length).toBe(50);
  });
});

async function chunked(bytes: Buffer, size: number): Promise<string[]> {
  const result = await importPortfolio({
    db,
    now: NOW,
    open: async function* open() {
      for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
    },
  });
  return result.ok
    ? []
    : result.faults.filter((f) => f.reason.includes('UTF-8')).map((f) => `${f.line} ${f.column}: ${f.reason}`);
}

async function wholeDatabase() {
  const names = ['creditors', 'debtors', 'debts', 'journal', 'account_heads'];
  return Promise.all(names.map((name) => db.collection(name).find().sort({ _id: 1 }).toArray()));
}
