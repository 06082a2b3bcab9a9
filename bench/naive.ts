import express from 'express';
import { connect } from '../src/database/connect.ts';

/** What a first version looks like: a message is acknowledged, looked up and answered. Nothing is written down before it is sent. */
const db = await connect(String(process.env['MONGODB_URI']));
const web = express();
web.get('/health/ready', (_req, res) => void res.json({}));
web.post('/webhooks/twilio/sms', express.urlencoded({ extended: false }), (req, res) => {
  res.type('text/xml').send('<Response/>');
  void answer(String(req.body['From']));
});
web.listen(Number(process.env['PORT']), '127.0.0.1');

async function answer(phone: string): Promise<void> {
  const debtor = await db.collection('debtors').findOne({ phone });
  const debts = await db.collection('debts').find({ debtorId: debtor?._id }).toArray();
  const body = new URLSearchParams({ To: phone, Body: `Tienes ${debts.length} cuenta(s) por pagar.` });
  await fetch(String(process.env['TWILIO_API_URL']), { method: 'POST', body }).catch(() => undefined);
}
