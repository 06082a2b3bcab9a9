import express from 'express';

/** What no web server of ours can beat: the same framework takes the same form and does nothing with it. */
const web = express();
web.get('/health/ready', (_req, res) => void res.json({}));
web.post(
  '/{*rest}',
  express.urlencoded({ extended: false }),
  (_req, res) => void res.type('text/xml').send('<Response/>'),
);
web.listen(Number(process.env['PORT']), '127.0.0.1');
