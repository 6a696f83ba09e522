import type { Text } from '../contract/check.ts';

/** What to write into the configuration of the target, and what the server needs for it. */
export const keys: Readonly<Record<string, Text>> = {
  rooms: {
    de: 'Beim Zielsystem `rooms: [name, ...]` eintragen, oder mit `prosody_http` oder `jicofo` alle laufenden Räume lesen.',
    en: 'Add `rooms: [name, ...]` to the target, or read all running rooms through `prosody_http` or `jicofo`.',
  },
  own_hosts: {
    de: 'Den Rechner unter `own_hosts` eintragen, wenn er der eigenen Organisation gehört.',
    en: 'Add the host to `own_hosts` if it belongs to the organisation.',
  },
  insecure_http: {
    de: 'Verschlüsselt anbieten (https, wss) oder über einen Tunnel auf diesen Rechner holen; nur wenn das nicht geht `insecure_http: true`.',
    en: 'Offer it encrypted (https, wss) or bring it here through a tunnel; only where that is impossible `insecure_http: true`.',
  },
  prosody_http: {
    de: '`prosody_http: http://127.0.0.1:5280` eintragen. In Prosody: `muc_census` und `muc_size` in `modules_enabled` des Haupt-Hosts (docker: `XMPP_MODULES=muc_census,muc_size`); Port 5280 nur für den Prüfrechner öffnen, die Module fragen nach keinem Passwort.',
    en: 'Add `prosody_http: http://127.0.0.1:5280`. In Prosody: `muc_census` and `muc_size` in `modules_enabled` of the main host (docker: `XMPP_MODULES=muc_census,muc_size`); open port 5280 to the auditing machine only, the modules ask for no password.',
  },
  room_info: {
    de: '`room_info: { url: https://..., token: { file: ... } }` eintragen. In Prosody: `muc_password_check` auf einem eigenen VirtualHost mit eigenem Schlüssel (`enable_password_token_verification = true`), damit das Token sonst nichts öffnet.',
    en: 'Add `room_info: { url: https://..., token: { file: ... } }`. In Prosody: `muc_password_check` on a VirtualHost of its own with its own key (`enable_password_token_verification = true`), so that the token opens nothing else.',
  },
  jicofo: {
    de: '`jicofo: http://127.0.0.1:8888` eintragen (docker: `JICOFO_ENABLE_REST=1`); Jicofo fragt nach keinem Passwort, also nur für den Prüfrechner öffnen.',
    en: 'Add `jicofo: http://127.0.0.1:8888` (docker: `JICOFO_ENABLE_REST=1`); jicofo asks for no password, so open it to the auditing machine only.',
  },
  jvb: {
    de: '`jvb: http://127.0.0.1:8080` eintragen; die Videobridge zeigt dort ihre Version.',
    en: 'Add `jvb: http://127.0.0.1:8080`; the video bridge shows its version there.',
  },
  account: {
    de: '`account: { jid: auditor@auth.DOMÄNE, password: { file: ... } }` eintragen. In Prosody: `prosodyctl register auditor auth.DOMÄNE PASSWORT` und die Adresse in `admins` der MUC-Komponente (docker: `XMPP_MUC_CONFIGURATION`; `PROSODY_ADMINS` wirkt nicht). Das Konto könnte Räume auch ändern: nur wo `room_info` nicht geht.',
    en: 'Add `account: { jid: auditor@auth.DOMAIN, password: { file: ... } }`. In Prosody: `prosodyctl register auditor auth.DOMAIN PASSWORD` and the address in `admins` of the MUC component (docker: `XMPP_MUC_CONFIGURATION`; `PROSODY_ADMINS` has no effect). The account could change rooms too: only where `room_info` is impossible.',
  },
  env_file: {
    de: '`env_file: [{ host: ..., path: .../.env }]` eintragen: die Umgebungsdatei der Container, nur lesend eingebunden.',
    en: "Add `env_file: [{ host: ..., path: .../.env }]`: the containers' environment file, mounted read-only.",
  },
  prosody_config: {
    de: '`prosody_config: [{ host: ..., path: .../jitsi-meet.cfg.lua }]` eintragen, mit allem was sie einbindet in derselben Reihenfolge; nur lesend eingebunden.',
    en: 'Add `prosody_config: [{ host: ..., path: .../jitsi-meet.cfg.lua }]`, with everything that it takes in, in the same order; mounted read-only.',
  },
  jicofo_config: {
    de: '`jicofo_config: [{ host: ..., path: .../jicofo.conf }]` eintragen, dahinter die Dateien, die sie mit include nennt; nur lesend eingebunden.',
    en: 'Add `jicofo_config: [{ host: ..., path: .../jicofo.conf }]`, followed by the files that it names with include; mounted read-only.',
  },
  'live.purpose': {
    de: '`live: { purpose: ... }` eintragen, wenn wirklich gebraucht: Wer wann in einer Besprechung war, wird sonst nicht angesehen.',
    en: 'Add `live: { purpose: ... }` where it is really needed: who is in a meeting is not looked at otherwise.',
  },
};

/** By source and reason, where the reason alone does not tell what to do. */
export const remedies: Readonly<Record<string, Text>> = {
  'N3 not_permitted': {
    de: 'Das Token wird nicht angenommen: mit dem Schlüssel des VirtualHosts ausstellen, auf dem `muc_password_check` läuft, und auf den Ablauf achten.',
    en: 'The token is not accepted: issue it with the key of the VirtualHost on which `muc_password_check` runs, and mind its expiry.',
  },
  'X8 not_permitted': {
    de: 'Konto und Passwort prüfen und die Adresse in `admins` der MUC-Komponente eintragen (docker: `XMPP_MUC_CONFIGURATION`; `PROSODY_ADMINS` wirkt nicht); danach Prosody neu laden.',
    en: 'Check account and password and put the address into `admins` of the MUC component (docker: `XMPP_MUC_CONFIGURATION`; `PROSODY_ADMINS` has no effect); then reload Prosody.',
  },
  ...files('not_permitted', {
    de: 'Dem Dienst Leserecht auf die Datei geben (etwa über eine Gruppe); Schreibrecht braucht er nie.',
    en: 'Give the service the right to read the file (through a group, say); it never needs to write.',
  }),
  ...files('unreachable', {
    de: 'Pfad prüfen: Die Datei muss auf dem Prüfrechner eingebunden sein.',
    en: 'Check the path: the file must be mounted on the auditing machine.',
  }),
  ...files('invalid_answer', {
    de: 'Der Server selbst nähme die Datei so nicht an; prüfen, ob es die richtige ist.',
    en: 'The server itself would not take the file like that; check that it is the right one.',
  }),
};

function files(code: string, text: Text): Record<string, Text> {
  return Object.fromEntries(['E', 'PC', 'JC'].map((source) => [`${source} ${code}`, text]));
}

export function keyRemedy(key: string): Text {
  return { de: `Schlüssel \`${key}\` eintragen.`, en: `Add the key \`${key}\`.` };
}

export const signInNeeded: Text = {
  de: 'Der Server verlangt eine Anmeldung. Räume zeigen dann `prosody_http`, `room_info`, `jicofo` oder `account`.',
  en: 'The server demands a login. Rooms are then shown by `prosody_http`, `room_info`, `jicofo` or `account`.',
};

export const hidden: Text = {
  de: 'Aktuelle Server zeigen Passwort und Warteraum nur über `room_info` (Token) oder `account` (Konto unter den `admins` der MUC-Komponente); den Warteraum auch über `jicofo`.',
  en: 'Current servers show password and lobby only through `room_info` (token) or `account` (among the `admins` of the MUC component); the lobby through `jicofo` too.',
};

export const page: Text = {
  de: 'Prüfen, ob /config.js vom Prüfrechner aus erreichbar ist und eine gültige Datei liefert.',
  en: 'Check that /config.js can be reached from here and is a valid file.',
};

export const socket: Text = {
  de: 'Den WebSocket (/xmpp-websocket) im Webserver freigeben und prüfen, ob Prosody läuft.',
  en: 'Let the web server pass the WebSocket (/xmpp-websocket) and check that Prosody runs.',
};

/** For what needs no key: the answer of the web server to anybody. */
export const byReason: Readonly<Record<string, Text>> = {
  throttled: {
    de: 'Die Adresse des Prüfrechners von der Begrenzung des Webservers ausnehmen (nginx: limit_req) oder seltener prüfen.',
    en: 'Take the auditing machine out of the limit of the web server (nginx: limit_req), or scan less often.',
  },
  not_permitted: {
    de: 'Der Webserver weist den Prüfrechner ab: ihm /, /config.js und /xmpp-websocket erlauben wie jedem Gast.',
    en: 'The web server refuses the auditing machine: allow it /, /config.js and /xmpp-websocket as to any guest.',
  },
  unreachable: {
    de: 'Prüfen, ob `url` die Adresse ist, unter der Gäste die Besprechungen öffnen, und ob der Prüfrechner sie erreicht.',
    en: 'Check that `url` is the address at which guests open meetings, and that it can be reached from here.',
  },
  invalid_answer: {
    de: 'Unter `url` antwortet etwas anderes als Jitsi Meet: die Adresse eintragen, unter der Gäste die Besprechungen öffnen.',
    en: 'Something else than Jitsi Meet answers at `url`: give the address at which guests open meetings.',
  },
};

export const oldFile: Text = {
  de: 'Nichts zu tun, wenn /config.js antwortet: Neuere Server haben diese Datei nicht mehr.',
  en: 'Nothing to do where /config.js answers: newer servers no longer have this file.',
};
