/** What a debtor does with a pay link, over HTTP: opens our page, presses Pay, and presses a button of the sandbox's page. */
export interface Paying {
  link: string;
  /** Typed into our page; left as proposed when undefined. */
  amount: string | undefined;
  how: string;
}

const ACTIONS: Record<string, string> = {
  pay: 'pay',
  twice: 'pay_twice',
  lost: 'pay_lose_webhook',
  doubled: 'pay_webhook_twice',
  reject: 'reject',
  less: 'pay_less',
};

/** @returns the sandbox's page. @throws Error when a page does not answer as it should */
export async function payLink({ link, amount, how }: Paying): Promise<string> {
  const page = await fetch(link);
  if (page.status !== 200) throw new Error(`the pay page answered ${page.status}`);
  const pressed = await post(link, amount === undefined ? {} : { amount });
  const hosted = pressed.headers.get('location');
  if (pressed.status !== 303 || !hosted)
    throw new Error(`the pay page answered ${pressed.status}: ${(await pressed.text()).slice(0, 2000)}`);
  const action = ACTIONS[how];
  if (!action) throw new Error(`there is no way to pay called ${how}`);
  const paid = await post(hosted, { action });
  if (paid.status !== 303) throw new Error(`the sandbox page answered ${paid.status}`);
  return hosted;
}

function post(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}
