import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mxn, openPayHouse, type PayHouse, post, pressPay } from './pay-house.ts';

/** From the press of Pay to the ledger, over real HTTP. */
describe('a payment through the sandbox', () => {
  let house: PayHouse;
  const names = ['ana', 'beto', 'cata', 'dani', 'eva', 'fer', 'gil', 'hugo', 'ines', 'juan', 'kika', 'luz'];
  beforeAll(async () => {
    house = await openPayHouse({ debtors: names.map((name) => ({ name, amount: '1200.00' })) });
  });
  afterAll(() => house.close());

  const owes = async (name: string, owed: bigint) => {
    await house.idle();
    expect((await house.balance(name)).owed).toBe(owed);
  };
  const changesOf = (name: string) =>
    house.settled.filter((e) => e.debtorId === house.idOf(name)).map((e) => [e.change, e.amount.amountMinor]);
  const paymentOf = async (name: string) => {
    const row = await house.db.collection('payments').findOne({ debtorId: house.idOf(name) });
    return String(row?.['paymentId']);
  };

  test('pays what is proposed, posts it once, and says so on the return page', async () => {
    const link = await house.issue('ana', mxn(50_000n));
    const page = await pressPay(link);
    const back = await post(page, { action: 'pay' });
    expect(back.status).toBe(303);
    await owes('ana', 70_000n);
    const done = await (await fetch(back.headers.get('location') ?? '')).text();
    expect(done).toContain('$500.00');
    expect(done).toMatch(/<b>[2-9A-Z]{6}<\/b>/);
    expect(changesOf('ana')).toEqual([['paid', 50_000n]]);
  });

  test('a paid session is not paid again by a second click, and the open one is taken up again', async () => {
    const link = await house.issue('beto', mxn(10_000n));
    const page = await pressPay(link);
    expect(await pressPay(link)).toBe(page);
    await Promise.all([post(page, { action: 'pay' }), post(page, { action: 'pay' })]);
    await owes('beto', 110_000n);
    expect(changesOf('beto')).toEqual([['paid', 10_000n]]);
    expect(await pressPay(link)).not.toBe(page);
  });

  test('pays less: credited as what it is, and marked', async () => {
    const page = await pressPay(await house.issue('cata', mxn(50_000n)));
    await post(page, { action: 'pay_less', amount: '200.50' });
    await owes('cata', 99_950n);
    const row = await house.db.collection('payments').findOne({ debtorId: house.idOf('cata') });
    expect(row?.['flags']).toEqual(['below_attempt']);
  });

  test('pays twice: both are money, what is too much is credit, and the second is marked', async () => {
    const page = await pressPay(await house.issue('dani', mxn(120_000n)));
    await post(page, { action: 'pay_twice' });
    await owes('dani', 0n);
    expect((await house.balance('dani')).credit).toBe(120_000n);
    const rows = await house.db
      .collection('payments')
      .find({ debtorId: house.idOf('dani') })
      .toArray();
    expect(rows.map((row) => row['flags'].length).sort()).toEqual([0, 1]);
  });

  test('a rejected card charges nothing and can be tried again', async () => {
    const page = await pressPay(await house.issue('eva', mxn(30_000n)));
    const back = await post(page, { action: 'reject' });
    const done = back.headers.get('location') ?? '';
    await house.idle();
    expect(await (await fetch(done)).text()).toContain('no se pudo completar');
    expect((await house.balance('eva')).owed).toBe(120_000n);
    await post(page, { action: 'pay' });
    await owes('eva', 90_000n);
  });

  test('a lost webhook is found by the sweeper, once', async () => {
    const page = await pressPay(await house.issue('fer', mxn(30_000n)));
    await post(page, { action: 'pay_lose_webhook' });
    expect((await house.balance('fer')).owed).toBe(120_000n);
    expect(await house.payments.sweepAttempts()).toBe(1);
    expect(await house.payments.sweepAttempts()).toBe(0);
    await owes('fer', 90_000n);
  });

  test.each([
    ['gil', 'pay_webhook_twice', 1],
    ['hugo', 'pay_out_of_order', 2],
  ])('%s: %s posts once', async (name, action, deliveries) => {
    const before = await house.db.collection('payment_webhooks').countDocuments();
    const page = await pressPay(await house.issue(name, mxn(30_000n)));
    await post(page, { action });
    await owes(name, 90_000n);
    await house.payments.sweepAttempts();
    expect(await house.db.collection('payment_webhooks').countDocuments()).toBe(before + deliveries);
    expect(changesOf(name)).toEqual([['paid', 30_000n]]);
  });

  test('partial refunds, then the rest: each is taken back once', async () => {
    const page = await pressPay(await house.issue('ines', mxn(30_000n)));
    await post(page, { action: 'pay' });
    await owes('ines', 90_000n);
    const payment = await paymentOf('ines');
    await post(page, { action: 'refund', payment, amount: '100' });
    await owes('ines', 100_000n);
    await post(page, { action: 'refund', payment, amount: '50.00' });
    await owes('ines', 105_000n);
    expect((await post(page, { action: 'refund', payment, amount: '150.01' })).status).toBe(400);
    await post(page, { action: 'refund', payment });
    await owes('ines', 120_000n);
    expect(changesOf('ines')).toEqual([
      ['paid', 30_000n],
      ['reversed', 10_000n],
      ['reversed', 5_000n],
      ['reversed', 15_000n],
    ]);
    expect(new Set(house.settled.map((e) => e.eventId)).size).toBe(house.settled.length);
  });

  test('a chargeback takes it all back, a dispute that is won brings it again', async () => {
    const page = await pressPay(await house.issue('juan', mxn(30_000n)));
    await post(page, { action: 'pay' });
    await owes('juan', 90_000n);
    const payment = await paymentOf('juan');
    await post(page, { action: 'chargeback', payment });
    await owes('juan', 120_000n);
    await post(page, { action: 'chargeback_won', payment });
    await owes('juan', 90_000n);
    await post(page, { action: 'chargeback', payment });
    await owes('juan', 120_000n);
    expect(changesOf('juan').map(([change]) => change)).toEqual(['paid', 'reversed', 'paid', 'reversed']);
  });

  test('when a payment leaves less to pay than another open session asks for, that one is closed', async () => {
    const [small, large] = [await house.issue('luz', mxn(40_000n)), await house.issue('luz', mxn(120_000n))];
    const [smallPage, largePage] = [await pressPay(small), await pressPay(large)];
    await post(smallPage, { action: 'pay' });
    await owes('luz', 80_000n);
    expect(await (await fetch(largePage)).text()).toContain('Este cobro se canceló');
    expect((await post(largePage, { action: 'pay' })).headers.get('location')).toBe(new URL(largePage).pathname);
    await owes('luz', 80_000n);
    expect(await (await fetch(`${large}/done`)).text()).toContain('No se hizo ningún cargo');
    expect(await (await fetch(await pressPay(large))).text()).toContain('$800.00');
  });

  test('settling the same payment from many sides at once posts it once', async () => {
    const page = await pressPay(await house.issue('kika', mxn(30_000n)));
    await post(page, { action: 'pay_lose_webhook' });
    const row = await house.db.collection('sandbox_payments').findOne({}, { sort: { change: -1 } });
    const settle = () => house.payments.settle('sandbox', String(row?.['_id']));
    await Promise.all([settle(), settle(), settle(), settle(), house.payments.sweepAttempts()]);
    expect((await house.balance('kika')).owed).toBe(90_000n);
  });
});
