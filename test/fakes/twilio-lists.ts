/** What Twilio's REST API lists: https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources. */
export interface Listed {
  sid: string;
  to: string;
  from: string;
  body: string;
  status: string;
  direction: 'inbound' | 'outbound-api';
  createdAt: Date;
  /** Null while it waits in the queue. */
  sentAt: Date | null;
  media: { type: string; bytes: Uint8Array }[];
}

/** One page of what was asked for, newest first. A message that was not sent yet has no date by which it could be found. */
export function pageOf(all: readonly Listed[], url: URL, path: string): unknown {
  const query = url.searchParams;
  const [after, before] = [query.get('DateSent>'), query.get('DateSent<')];
  const wanted = all
    .filter(({ to }) => query.get('To') === null || query.get('To') === to)
    .filter(({ from }) => query.get('From') === null || query.get('From') === from)
    .filter(({ sentAt }) => after === null || (sentAt !== null && seconds(sentAt) >= seconds(new Date(after))))
    .filter(({ sentAt }) => before === null || (sentAt !== null && seconds(sentAt) <= seconds(new Date(before))))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.sid < b.sid ? 1 : -1));
  const size = Math.min(1000, Number(query.get('PageSize') ?? 50));
  const page = Number(query.get('Page') ?? 0);
  const next = new URLSearchParams(query);
  next.set('Page', String(page + 1));
  next.set('PageSize', String(size));
  return {
    messages: wanted.slice(page * size, (page + 1) * size).map(asJson),
    page,
    page_size: size,
    next_page_uri: wanted.length > (page + 1) * size ? `${path}?${next}` : null,
  };
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

const asJson = ({ sid, to, from, body, status, direction, createdAt, sentAt, media }: Listed) => ({
  sid,
  to,
  from,
  body,
  status,
  direction,
  num_media: String(media.length),
  date_created: createdAt.toUTCString(),
  date_sent: sentAt?.toUTCString() ?? null,
  date_updated: createdAt.toUTCString(),
});
