import { trustFakeAuthority } from '../fakes/whatsapp-noise.ts';

/** Loaded before the service in a process of its own: its real client then takes the fake server for WhatsApp. */
trustFakeAuthority(process.env['WHATSAPP_AUTHORITY'] ?? '');
