import type { Connection } from 'mongoose';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { AgentAct } from '../../src/conversations/holder.ts';
import { createServer } from '../../src/http/server.ts';
import { AS_IT_COMES } from '../../src/inbox/arrivals.ts';
import type { BurstRule } from '../../src/inbox/burst.ts';
import { civilDate, HOUR_MS, instantAt } from '../../src/kernel/calendar.ts';
import { type MovableClock, runningClock, standingClock, systemClock } from '../../src/kernel/clock.ts';
import { conversationId, creditorId, type DebtorId, debtorId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { toDecimalText } from '../../src/kernel/money.ts';
import { emptyDatabase } from '../setup/database.ts';
import { type Adapter, type Arrived, folioNames, simulatorAdapter } from './adapter.ts';
import { payLink } from './pay.ts';
import { importText } from './portfolio.ts';
import { fileNamed, type SentFile } from './sent-file.ts';

const CREDITOR = 'prestamos-del-valle';
const CREDITOR_NAME = 'Préstamos del Valle';
const DOCUMENT = '900000001234'; // every debtor on this stage answers the identity question with 1234
const MS_BETWEEN_PARTS = 500;
const STAGE_BURST: BurstRule = { quietMs: 60_000, maxMs: 300_000 }; // a busy machine is no silence of the debtor's
const machine = runningClock(systemClock.now()); // one for all plays: what is sorted by it never goes back
const SECONDS_BETWEEN_LINES = 5; // nobody answers in the same instant
const COUNTRY_OF_ZONE: Record<string, string> = {
  'America/Mexico_City': 'MX',
  'America/Tijuana': 'MX',
  'America/Santiago': 'CL',
  'America/Punta_Arenas': 'CL',
  'America/Bogota': 'CO',
  'America/Argentina/Buenos_Aires': 'AR',
  'America/Sao_Paulo': 'BR',
};
const PHONE_OF: Record<string, string> = {
  MX: '+52555010',
  CL: '+5695550',
  CO: '+57300555',
  AR: '+549115555',
  BR: '+551195550',
};

/** A world for one scenario: the real house on a real database, a clock that stands still, and a phone that writes down what arrives. */
export interface Stage {
  says(speaker: string, text: string): Promise<string[]>;
  direct(directive: string, args: string): Promise<string[]>;
  /** A bot's line of the script as the stage's channel shows it. */
  shows(line: string): string;
  close(): Promise<void>;
}

/** An @expect that does not hold: the play goes on, so that all of it can be read. */
export class NotAsExpected extends Error {}

interface SaidLine {
  speaker: string;
  text: string;
  id: string;
  files?: SentFile[];
}

interface Row {
  debt: string;
  amount: string;
  currency: string;
  due: string;
  instalment: number;
  concept: string;
}

/** @param given the way between debtors and house; the simulator's phone when left out */
export async function openStage(db: Connection, given?: Adapter): Promise<Stage> {
  await emptyDatabase(db);
  const clock: MovableClock = standingClock(new Date('2026-01-01T00:00:00Z'));
  const world = { zone: 'America/Mexico_City', locale: '', medium: 'whatsapp' };
  const adapter = given ?? simulatorAdapter(() => world.medium !== 'sms');
  const portfolio = new Map<string, Row[]>();
  const burstOf = new Map<string, BurstRule>();
  let counter = 0;
  let lastMessage: SaidLine | null = null;
  let url = '';
  let app: App;
  let closeServer: () => Promise<void>;
  let webIdle: () => Promise<void>;
  let held: string[] = [];
  const links: string[] = [];
  // A promise's folio follows from the id of its message, which every provider gives in its own way.
  const [ofScript, ofChannel] = given ? [folioNames(), folioNames()] : [String, String];
  await open();

  async function open(): Promise<void> {
    const always = { NODE_ENV: 'test', PORT: '0', LOG_LEVEL: 'silent', PAYMENT_PROVIDER: 'sandbox' };
    const config = readConfig({ ...always, ...adapter.env });
    const publicUrl = () => url;
    const channels = adapter.channels(db, publicUrl);
    const arrivals = { ...AS_IT_COMES, burstOf };
    app = await createApp({ config, db, clock, machine, arrivals, log: silentLog(), channels, publicUrl });
    const web = createServer({ app, log: silentLog(), ...adapter.routes(app, publicUrl) });
    url = `http://127.0.0.1:${await web.listen(0)}`;
    webIdle = web.idle;
    closeServer = async () => {
      await app.sandbox?.stop();
      await web.close();
      await adapter.leave();
    };
  }

  /** Until nothing moves: turns, sends, and what they set off. */
  async function settle(): Promise<string[]> {
    for (;;) {
      const moved =
        (await app.conversations.sweepIdle()) +
        (await app.conversations.sweepFollowups(
          adapter.isOpen ? conversationOf([...portfolio.keys()][0] ?? '') : undefined,
        )) +
        (await app.conversations.runTurns()) +
        (await app.conversations.dispatch()) +
        (await app.conversations.sweepFiles());
      if (moved === 0) break;
    }
    return adapter.arrived().map((message) => ofChannel(spoken(message)));
  }

  /** One file with everybody on the stage, as a creditor would load it; the stage's phone is then tied to each. */
  async function load(): Promise<void> {
    const header =
      'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,email,debt_id,concept,instalment,due_date,amount,currency';
    const rows = [...portfolio].flatMap(([name, debts]) => debts.map((row) => portfolioLine(name, row)));
    await importText(app, db, [header, ...rows].join('\n'), [adapter.id]);
  }

  function portfolioLine(name: string, row: Row): string {
    const fullName = `${name[0]?.toUpperCase()}${name.slice(1)} Prueba`;
    const who = [CREDITOR, CREDITOR_NAME, name, fullName, DOCUMENT, country(), world.zone, world.locale];
    const reached = adapter.addresses === 'email' ? ['', addressOf(name)] : [addressOf(name), ''];
    return [...who, ...reached, row.debt, row.concept, row.instalment, row.due, row.amount, row.currency].join(',');
  }

  const country = () => COUNTRY_OF_ZONE[world.zone] ?? 'MX';
  const addressOf = (name: string) => {
    if (adapter.addresses === 'email') return `${name}@correo.example`;
    const place = [...portfolio.keys()].indexOf(name);
    return `${PHONE_OF[country()]}${String(place < 0 ? 99 : place).padStart(4, '0')}`;
  };

  const conversationOf = (name: string) => conversationId(adapter.id, addressOf(name));

  async function says(speaker: string, text: string, files?: SentFile[]): Promise<string[]> {
    counter += 1;
    clock.advance(SECONDS_BETWEEN_LINES * 1000);
    lastMessage = { speaker, text, id: `chat:${counter}`, ...(files && { files }) };
    await deliver(lastMessage);
    return settle();
  }

  /** Half a second between one and the next, and then silence. */
  async function burst(args: string): Promise<void> {
    const match = /^(\w+): (.+)$/.exec(args);
    if (!match) throw new Error('write "@burst ana: hola | te deposito 500 | el viernes"');
    const [, speaker = '', words = ''] = match;
    burstOf.set(adapter.id, STAGE_BURST);
    for (const text of words.split(/\s*\|\s*/)) {
      counter += 1;
      for (const each of [clock, machine]) each.advance(MS_BETWEEN_PARTS);
      lastMessage = { speaker, text, id: `chat:${counter}` };
      await deliver(lastMessage);
      await turnover();
    }
    for (const each of [clock, machine]) each.advance(STAGE_BURST.quietMs);
    await turnover();
    burstOf.delete(adapter.id);
  }

  async function deliver({ speaker, ...message }: SaidLine): Promise<void> {
    await adapter.deliver({ ...message, from: addressOf(speaker) }, app, url);
  }

  const directions: Record<string, (args: string) => Promise<void>> = {
    async now(args) {
      const [at = '', zone = world.zone] = args.split(/\s+/);
      world.zone = zone;
      const wanted = instantAt(civilDate(at.slice(0, 10)), at.slice(11), zone);
      clock.advance(wanted.getTime() - clock.now().getTime());
    },
    async locale(args) {
      world.locale = args;
    },
    async channel(args) {
      world.medium = args;
    },
    async debt(args) {
      const match = /^(\w+) (\d+(?:\.\d+)?) ([A-Z]{3}) due (\S+)(?: of (\S+) no (\d+))?(?: for (.+))?$/.exec(args);
      if (!match) throw new Error('write "@debt ana 1200.00 MXN due 2026-02-10 [of d1 no 2] [for Crédito personal]"');
      const [, name = '', amount = '', currency = '', due = '', debt, no = '1', concept = 'Crédito personal'] = match;
      const debts = portfolio.get(name) ?? [];
      portfolio.set(name, debts);
      debts.push({
        debt: debt ?? `${name}-${debts.length + 1}`,
        amount,
        currency,
        due,
        instalment: Number(no),
        concept,
      });
      await load();
    },
    burst,
    async identified(name) {
      await says(name, 'hola');
      await says(name, '1234');
    },
    async wait(args) {
      const hours = /^(\d+)h$/.exec(args)?.[1] ?? String(24 * Number(/^(\d+)d$/.exec(args)?.[1]));
      for (let n = 0; n < Number(hours); n += 1) {
        clock.advance(HOUR_MS);
        await turnover();
      }
    },
    async sends(args) {
      const [name = '', file = '', ...words] = args.split(/\s+/);
      held.push(...(await says(name, words.join(' '), [fileNamed(file)])));
    },
    async redeliver() {
      if (lastMessage) await deliver(lastMessage);
    },
    async restart() {
      await closeServer();
      await open();
    },
    async pays(args) {
      const match = /^(\w+)(?: (\d+(?:\.\d+)?))?(?: (less|twice|lost|doubled|reject|refund))?$/.exec(args);
      if (!match) throw new Error('write "@pays last [500.00] [twice|lost|doubled|reject|refund]"');
      const link = links.at(-1);
      if (!link) throw new Error('no pay link was sent yet');
      await payLink({ link, amount: match[2], how: match[3] ?? 'pay' });
      await app.sandbox?.idle();
      await webIdle();
    },
    async sweep() {
      await app.payments.sweepAttempts();
    },
    async agent(args) {
      const [, who = 'Marta', verb = '', name = '', words = ''] =
        /^(?:as (\S+) )?(take|reply|note|return|close) (\w+) ?(.*)$/.exec(args) ?? [];
      const act = agentAct(verb, words);
      if (!act) throw new Error('write "@agent [as Luis] take|reply|note|return|close ana [words]"');
      await app.conversations.agentActs(conversationOf(name), {
        agent: { id: who, name: who },
        act,
      });
    },
    async phone(args) {
      const [, name = '', text = ''] = /^(\w+): (.+)$/.exec(args) ?? [];
      if (!text) throw new Error('write "@phone ana: words"');
      counter += 1;
      await app.conversations.typedOnPhone({ id: `typed:${counter}`, channel: adapter.id, to: addressOf(name), text });
    },
    async expect(args) {
      await expectThat(args);
    },
  };

  async function turnover(): Promise<void> {
    held.push(...(await settle()));
  }

  async function expectThat(args: string): Promise<void> {
    for (const clause of args.split(/,\s*(?=balance|promise|mode|holder|followups|files|consent|replies)/)) {
      const [what = '', name = '', ...rest] = clause.split(' ');
      const wanted = rest.join(' ');
      const got = await observed(what, name);
      if (got !== wanted) throw new NotAsExpected(`expected ${what} of ${name} to be "${wanted}", it is "${got}"`);
    }
  }

  async function observed(what: string, name: string): Promise<string> {
    const id = idOf(name);
    if (what === 'balance') {
      const { total } = await app.ledger.account(id, clock.now());
      return `${toDecimalText(total)} ${total.currency}`;
    }
    if (what === 'promise') {
      const { promises } = await app.ledger.account(id, clock.now());
      return promises.map(({ state }) => state).join(' ') || 'none';
    }
    if (what === 'mode') return (await app.conversations.find(conversationOf(name)))?.mode ?? 'none';
    if (what === 'holder') return (await app.conversations.find(conversationOf(name)))?.heldBy?.name ?? 'nobody';
    if (what === 'followups') {
      const rows = await app.conversations.followups({ debtorId: id, limit: 100 });
      return rows.map((row) => `${row.flow}${row.silencedBy ? '(silent)' : ''}`).join(' ') || 'none';
    }
    if (what === 'files') {
      const rows = await db
        .collection('media')
        .find({ debtorId: id }, { sort: { receivedAt: 1, _id: 1 } })
        .toArray();
      return rows.map((file) => `${file['state']}(${file['why'] ?? file['type']})`).join(' ') || 'none';
    }
    throw new Error(`@expect knows balance, promise, mode, holder, followups and files, not ${what}`);
  }

  async function direct(directive: string, args: string): Promise<string[]> {
    const act = directions[directive];
    if (!act) throw new Error(`there is no @${directive}; there are ${Object.keys(directions).join(', ')}`);
    held = [];
    await act(args);
    if (directive === 'identified') return settle().then(() => []);
    return [...held, ...(await settle())];
  }

  function spoken(message: Arrived): string {
    links.push(...(message.text.match(/https?:\/\/\S+\/p\/[\w-]+/g) ?? []));
    const buttons = message.options.length > 0 ? `\n${message.options.map((o) => `[${o}]`).join(' ')}` : '';
    // Links and receipts are drawn by chance; a promise's folio follows from its message.
    const text = message.text.replace(/https?:\/\/\S+\/p\/[\w-]+/g, '<link>');
    return (
      text.replace(
        /^((?:Recibimos|Recebemos|We received).*(?:Folio|C[óo]digo|Protocolo|Reference)) [2-9A-Z]{6}/,
        '$1 <folio>',
      ) + buttons
    );
  }

  return {
    says,
    direct,
    shows: (line) => adapter.shows(ofScript(line)),
    close: () => closeServer(),
  };
}

function agentAct(verb: string, text: string): AgentAct | null {
  if (verb === 'reply' || verb === 'note') return { act: verb, text };
  if (verb === 'take' || verb === 'return' || verb === 'close') return { act: verb };
  return null;
}

const idOf = (name: string): DebtorId => debtorId(creditorId(CREDITOR), name);
