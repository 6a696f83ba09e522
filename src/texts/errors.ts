/** One row per error, so longer than other files.
 * Every error a person can meet, by code: what happened and where, what to do, and the exit code of the command.
 * 1xxx usage and configuration, 2xxx scans, 3xxx store, 4xxx policies, 9xxx Roomwarden itself.
 * Exit codes: 2 a target was not scanned completely, 3 wrong usage or configuration, 4 Roomwarden could not go on.
 * Codes are never used again for something else. `docs/errors.md` lists the same table; a test compares them.
 */
export const errorTable = {
  RW1001: {
    exit: 3,
    de: 'Die Konfiguration {file} gibt es nicht.',
    en: 'There is no configuration {file}.',
    todoDe: 'Datei anlegen (Beispiel in docs/configuration.md) oder mit --config DATEI eine andere nennen.',
    todoEn: 'Create the file (example in docs/configuration.md) or name another one with --config FILE.',
  },
  RW1002: {
    exit: 3,
    de: 'Die Konfiguration {file} lässt sich nicht lesen: {detail}.',
    en: 'The configuration {file} cannot be read: {detail}.',
    todoDe: 'Leserechte, Zeichensatz (UTF-8) und Größe der Datei prüfen.',
    todoEn: 'Check the permissions, the character set (UTF-8) and the size of the file.',
  },
  RW1003: {
    exit: 3,
    de: 'Die Konfiguration {file} wird abgelehnt, Fehler: {count}.',
    en: 'The configuration {file} is refused, errors: {count}.',
    todoDe: 'Alle genannten Stellen berichtigen; es wurde nichts gestartet und nichts geprüft.',
    todoEn: 'Correct every place that is named; nothing was started and nothing was scanned.',
  },
  RW1004: {
    exit: 3,
    de: 'Der Aufruf ist falsch: {detail}.',
    en: 'The command line is wrong: {detail}.',
    todoDe: 'Die Hilfe mit --help lesen.',
    todoEn: 'Read the help with --help.',
  },
  RW1005: {
    exit: 3,
    de: '„{value}“ ist keine Dauer.',
    en: '"{value}" is not a duration.',
    todoDe: 'Eine ganze Zahl mit Einheit angeben: 90s, 30m, 24h oder 7d.',
    todoEn: 'Give a whole number with its unit: 90s, 30m, 24h or 7d.',
  },
  RW1006: {
    exit: 3,
    de: '„{value}“ ist kein Datum.',
    en: '"{value}" is not a date.',
    todoDe: 'Einen Tag, den es gibt, als JJJJ-MM-TT angeben, zum Beispiel 2027-01-31.',
    todoEn: 'Give a day that exists as YYYY-MM-DD, for example 2027-01-31.',
  },
  RW1007: {
    exit: 3,
    de: '„{value}“ ist keine bekannte Zeitzone.',
    en: '"{value}" is not a known time zone.',
    todoDe: 'Einen Namen der IANA-Liste angeben, zum Beispiel Europe/Berlin.',
    todoEn: 'Give a name of the IANA list, for example Europe/Berlin.',
  },
  RW1008: {
    exit: 3,
    de: 'Die Umgebungsvariable {name} mit einem Geheimnis fehlt oder ist leer.',
    en: 'The environment variable {name}, which should hold a secret, is missing or empty.',
    todoDe: 'Die Variable für den Dienst setzen oder in der Konfiguration { file: PFAD } verwenden.',
    todoEn: 'Set the variable for the service, or use { file: PATH } in the configuration.',
  },
  RW1009: {
    exit: 3,
    de: 'Die Geheimnisdatei {path} lässt sich nicht lesen: {detail}.',
    en: 'The secret file {path} cannot be read: {detail}.',
    todoDe: 'Datei anlegen und dem Konto, unter dem Roomwarden läuft, das Lesen erlauben (Modus 0400).',
    todoEn: 'Create the file and let the account that Roomwarden runs as read it (mode 0400).',
  },
  RW1010: {
    exit: 3,
    de: 'Die Geheimnisdatei {path} ist leer.',
    en: 'The secret file {path} is empty.',
    todoDe: 'Das Geheimnis als einzige Zeile in die Datei schreiben.',
    todoEn: 'Write the secret into the file as its only line.',
  },
  RW1011: {
    exit: 3,
    de: 'Der Instanzschlüssel ({where}) ist zu kurz: er braucht mindestens 32 Zeichen.',
    en: 'The instance key ({where}) is too short: it needs at least 32 characters.',
    todoDe: 'Einen neuen Schlüssel erzeugen, zum Beispiel mit: openssl rand -base64 32',
    todoEn: 'Make a new key, for example with: openssl rand -base64 32',
  },
  RW1012: {
    exit: 3,
    de: 'Es gibt kein Ziel „{target}“; bekannt sind: {known}.',
    en: 'There is no target "{target}"; known are: {known}.',
    todoDe: 'Eine id aus targets der Konfiguration angeben.',
    todoEn: 'Give an id that stands under targets in the configuration.',
  },
  RW1013: {
    exit: 3,
    de: 'Es gibt keine Regel „{policy}“.',
    en: 'There is no policy "{policy}".',
    todoDe: 'Die Liste zeigt: roomwarden policies list',
    todoEn: 'See the list: roomwarden policies list',
  },
  RW1014: {
    exit: 3,
    de: '{file}, Zeile {line}: keine brauchbare Faktenzeile: {detail}.',
    en: '{file}, line {line}: not a usable line of facts: {detail}.',
    todoDe: 'Nur unveränderte Ausgaben von „roomwarden collect“ derselben Version auswerten.',
    todoEn: 'Evaluate only unchanged output of "roomwarden collect" of the same version.',
  },
  RW1015: {
    exit: 3,
    de: 'Das Ausgabeformat „{format}“ gibt es nicht; bekannt sind: {known}.',
    en: 'There is no output format "{format}"; known are: {known}.',
    todoDe: 'Eines der genannten Formate mit --format wählen.',
    todoEn: 'Choose one of these formats with --format.',
  },
  RW1016: {
    exit: 3,
    de: 'Auf {address} kann nicht gelauscht werden: {detail}.',
    en: 'Cannot listen on {address}: {detail}.',
    todoDe: 'listen.host und listen.port der Konfiguration prüfen; der Port darf noch nicht belegt sein.',
    todoEn: 'Check listen.host and listen.port of the configuration; the port must not be taken.',
  },
  RW1017: {
    exit: 3,
    de: 'Das Datenverzeichnis {path} ist nicht nutzbar: {detail}.',
    en: 'The data folder {path} cannot be used: {detail}.',
    todoDe: 'Verzeichnis anlegen und dem Konto von Roomwarden Schreibrechte geben, oder data: ändern.',
    todoEn: "Create the folder and let Roomwarden's account write to it, or change data:.",
  },
  RW1018: {
    exit: 3,
    de: 'Den Zugriffsschlüssel „{token}“ gibt es nicht.',
    en: 'There is no access token "{token}".',
    todoDe: 'Die Liste zeigt: roomwarden token list',
    todoEn: 'See the list: roomwarden token list',
  },
  RW1019: {
    exit: 3,
    de: 'Der Zugriffsschlüssel kann so nicht angelegt werden: {detail}.',
    en: 'The access token cannot be made like this: {detail}.',
    todoDe: 'Namen, Rechte (read, feed, operate, admin), Ziele und Ablauf prüfen.',
    todoEn: 'Check its name, scopes (read, feed, operate, admin), targets and expiry.',
  },
  RW1020: {
    exit: 3,
    de: 'Mit der TLS-Datei {path} lässt sich kein Dienst anbieten: {detail}.',
    en: 'No service can be offered with the TLS file {path}: {detail}.',
    todoDe:
      'tls.cert (Zertifikat samt Zwischenzertifikaten, PEM) und tls.key (passender Schlüssel ohne Passwort) prüfen.',
    todoEn:
      'Check tls.cert (certificate with its intermediates, PEM) and tls.key (its key, without a password).',
  },
  RW1021: {
    exit: 3,
    de: 'Die Konfiguration {file} nennt noch kein Ziel.',
    en: 'The configuration {file} names no target yet.',
    todoDe: 'Unter targets eines eintragen, oder den Dienst starten und auf der Seite einrichten.',
    todoEn: 'Put one under targets, or start the service and set one up on its page.',
  },
  RW1022: {
    exit: 3,
    de: 'Die Einrichtung kann {path} nicht schreiben: {detail}.',
    en: 'The set-up cannot write {path}: {detail}.',
    todoDe:
      'Dem Konto, unter dem Roomwarden läuft, das Schreiben erlauben, oder den gezeigten Text selbst eintragen.',
    todoEn:
      'Let the account that Roomwarden runs as write there, or put the shown text into the configuration yourself.',
  },
  RW1023: {
    exit: 3,
    de: '{path} oder eines der Geheimnisse dazu gibt es schon; die Einrichtung überschreibt nichts.',
    en: '{path} or one of its secrets exists already; the set-up writes over nothing.',
    todoDe: 'Eine andere id wählen oder die Dateien von Hand entfernen.',
    todoEn: 'Choose another id, or remove the files by hand.',
  },
  RW1030: {
    exit: 3,
    de: 'Die Versionsliste {file} wird abgelehnt, Fehler: {count}.',
    en: 'The list of releases {file} is refused, errors: {count}.',
    todoDe:
      'Alle genannten Stellen berichtigen oder mit „roomwarden releases --from DATEI“ eine andere Liste einlesen; die bisherige gilt weiter.',
    todoEn:
      'Correct every place that is named, or take another list with "roomwarden releases --from FILE"; nothing was replaced.',
  },
  RW1031: {
    exit: 3,
    de: 'Die Versionsliste {file} lässt sich nicht lesen: {detail}.',
    en: 'The list of releases {file} cannot be read: {detail}.',
    todoDe: 'Pfad, Leserechte, Zeichensatz (UTF-8) und Größe der Datei prüfen.',
    todoEn: 'Check the path, the permissions, the character set (UTF-8) and the size of the file.',
  },
  RW1033: {
    exit: 3,
    de: 'Die Versionsliste {file} lässt sich nicht schreiben: {detail}.',
    en: 'The list of releases {file} cannot be written: {detail}.',
    todoDe: 'Schreibrechte und Platz im Datenverzeichnis prüfen; die bisherige Liste gilt weiter.',
    todoEn: 'Check permissions and space of the data folder; the list in use is unchanged.',
  },
  RW1040: {
    exit: 3,
    de: 'Zu einem Raum „{room}“ des Ziels „{target}“ ist nichts gespeichert.',
    en: 'Nothing is stored about a room "{room}" of the target "{target}".',
    todoDe: 'Die Kennung oder das Kürzel (ref) aus GET /api/v1/targets/ZIEL/rooms angeben.',
    todoEn: 'Give the id or the ref from GET /api/v1/targets/TARGET/rooms.',
  },
  RW1041: {
    exit: 3,
    de: 'Zum Drucken als PDF fehlt Chromium; gesucht wurde: {looked}.',
    en: 'Chromium is missing for printing as PDF; looked for: {looked}.',
    todoDe:
      'Chromium installieren oder mit --chromium DATEI nennen; sonst ohne --pdf schreiben und im Browser drucken.',
    todoEn:
      'Install Chromium or name it with --chromium FILE; else write without --pdf and print in a browser.',
  },
  RW1042: {
    exit: 2,
    de: 'Chromium hat den Bericht nicht gedruckt: {detail}.',
    en: 'Chromium did not print the report: {detail}.',
    todoDe: 'Ohne --pdf schreiben und im Browser drucken; in Containern braucht Chromium genug /tmp.',
    todoEn: 'Write without --pdf and print in a browser; in containers Chromium needs enough /tmp.',
  },
  RW1043: {
    exit: 3,
    de: 'Der Bericht lässt sich nicht nach {file} schreiben: {detail}.',
    en: 'The report cannot be written to {file}: {detail}.',
    todoDe: 'Ordner, Schreibrechte und Platz prüfen.',
    todoEn: 'Check folder, permissions and space.',
  },
  RW2001: {
    exit: 2,
    de: 'Ziel {target} ist nicht erreichbar: {detail}.',
    en: 'Target {target} cannot be reached: {detail}.',
    todoDe: 'Adresse, Netz, Zertifikat und Proxy prüfen: roomwarden check {target}',
    todoEn: 'Check address, network, certificate and proxy: roomwarden check {target}',
  },
  RW2002: {
    exit: 2,
    de: 'Ziel {target} verweigert den Zugriff: {detail}.',
    en: 'Target {target} refuses access: {detail}.',
    todoDe: 'Geheimnis oder Konto und seine Rechte prüfen: roomwarden check {target}',
    todoEn: 'Check the secret, or the account and its permissions: roomwarden check {target}',
  },
  RW2003: {
    exit: 2,
    de: 'Ziel {target} bremst die Abfragen: {detail}.',
    en: 'Target {target} slows the calls down: {detail}.',
    todoDe: 'Später wiederholen oder den Zeitplan (schedule) weiter stellen.',
    todoEn: 'Try again later, or scan less often (schedule).',
  },
  RW2004: {
    exit: 2,
    de: 'Ziel {target} antwortet unverständlich: {detail}.',
    en: 'Target {target} gives answers that cannot be understood: {detail}.',
    todoDe: 'url, vendor und Version des Ziels prüfen; eine Anmelde- oder Fehlerseite ist keine Antwort.',
    todoEn: "Check the target's url, vendor and version; a login or error page is not an answer.",
  },
  RW2005: {
    exit: 2,
    de: 'Ziel {target} antwortet mit mehr Daten, als angenommen werden: {detail}.',
    en: 'Target {target} answers with more data than is accepted: {detail}.',
    todoDe: 'Am Ziel aufräumen oder eine andere Quelle einrichten, die docs zum Hersteller nennen sie.',
    todoEn: "Tidy up at the target, or configure another source; the vendor's page in docs names them.",
  },
  RW2006: {
    exit: 2,
    de: 'Der Lauf für Ziel {target} wurde abgebrochen: {detail}.',
    en: 'The scan of target {target} was stopped: {detail}.',
    todoDe: 'Den Lauf wiederholen; frühere Befunde bleiben bestehen.',
    todoEn: 'Scan again; earlier findings stay.',
  },
  RW2007: {
    exit: 2,
    de: 'Der Lauf für Ziel {target} ist an einem Programmfehler gescheitert: {detail}.',
    en: 'The scan of target {target} failed because of a defect in the program: {detail}.',
    todoDe: 'Bitte mit Version und diesem Text melden; andere Ziele sind nicht betroffen.',
    todoEn: 'Please report it with the version and this text; other targets are not affected.',
  },
  RW2008: {
    exit: 2,
    de: 'Für Ziel {target} läuft schon ein Durchgang ({scan}).',
    en: 'A scan of target {target} is running already ({scan}).',
    todoDe: 'Das Ende abwarten.',
    todoEn: 'Wait until it has ended.',
  },
  RW2009: {
    exit: 2,
    de: '{file} endet ohne Schlusszeile für Ziel {target}: die Aufnahme ist unvollständig.',
    en: '{file} ends without a last line for target {target}: the recording is incomplete.',
    todoDe: '„roomwarden collect“ bis zum Ende laufen lassen und neu auswerten.',
    todoEn: 'Let "roomwarden collect" run to its end and evaluate again.',
  },
  RW3001: {
    exit: 4,
    de: 'Der Speicher ({where}) lässt sich nicht öffnen: {detail}.',
    en: 'The store ({where}) cannot be opened: {detail}.',
    todoDe: 'Datenverzeichnis oder database.url, Rechte und Erreichbarkeit prüfen.',
    todoEn: 'Check the data folder or database.url, permissions and reachability.',
  },
  RW3002: {
    exit: 4,
    de: 'Der Speicher ({where}) stammt von einer neueren Version: Schema {found}, bekannt bis {known}.',
    en: 'The store ({where}) was written by a newer version: schema {found}, known up to {known}.',
    todoDe: 'Die neuere Version starten oder eine frühere Sicherung zurückspielen.',
    todoEn: 'Start the newer version, or restore an earlier backup.',
  },
  RW3003: {
    exit: 4,
    de: 'Der Speicher ({where}) kann nicht schreiben, weil kein Platz mehr ist.',
    en: 'The store ({where}) cannot write because there is no space left.',
    todoDe: 'Platz schaffen; frühere Befunde sind unversehrt, der Lauf wird nachgeholt.',
    todoEn: 'Make room; earlier findings are intact, the scan is made up for.',
  },
  RW3004: {
    exit: 4,
    de: 'Die Anpassung {migration} des Speichers ist gescheitert und wurde zurückgenommen: {detail}.',
    en: 'Migration {migration} of the store failed and was rolled back: {detail}.',
    todoDe: 'Die Ursache beheben und neu starten; die Kopie von vorher liegt im Datenverzeichnis.',
    todoEn: 'Remove the cause and start again; the copy made before lies in the data folder.',
  },
  RW3005: {
    exit: 4,
    de: 'Der Speicher ({where}) wird von einem anderen Vorgang benutzt.',
    en: 'The store ({where}) is in use by another process.',
    todoDe: 'Den anderen Vorgang beenden oder für mehrere Instanzen PostgreSQL einrichten (database.url).',
    todoEn: 'End the other process, or configure PostgreSQL for several instances (database.url).',
  },
  RW3006: {
    exit: 3,
    de: 'Der Speicher ist PostgreSQL ({where}): gesichert und zurückgespielt wird er mit den Werkzeugen des Servers, nicht mit „{command}“.',
    en: 'The store is PostgreSQL ({where}): it is backed up and restored with the tools of the server, not with "{command}".',
    todoDe:
      'Sichern: pg_dump --format=custom --file=DATEI --dbname=URL. Zurückspielen: alle Instanzen anhalten, pg_restore --clean --if-exists --single-transaction --dbname=URL DATEI, danach roomwarden restore --mark, dann wieder starten.',
    todoEn:
      'Back up: pg_dump --format=custom --file=FILE --dbname=URL. Restore: stop all instances, pg_restore --clean --if-exists --single-transaction --dbname=URL FILE, then roomwarden restore --mark, then start again.',
  },
  RW3007: {
    exit: 3,
    de: 'Die Datei {file} gibt es schon; eine Sicherung überschreibt nichts.',
    en: 'The file {file} exists already; a backup overwrites nothing.',
    todoDe: 'Einen anderen Namen angeben oder die Datei vorher entfernen.',
    todoEn: 'Give another name, or remove the file first.',
  },
  RW3008: {
    exit: 3,
    de: '{file} ist kein brauchbarer Speicher von Roomwarden: {detail}.',
    en: '{file} is not a usable store of Roomwarden: {detail}.',
    todoDe: 'Eine andere Sicherung angeben; der bisherige Speicher ist unverändert.',
    todoEn: 'Give another backup; the store in use is unchanged.',
  },
  RW4001: {
    exit: 3,
    de: '{file}:{line}:{column}: die Regel wird abgelehnt: {detail}.',
    en: '{file}:{line}:{column}: the policy is refused: {detail}.',
    todoDe: 'Die Stelle berichtigen und mit „roomwarden policies test“ prüfen.',
    todoEn: 'Correct the place and check it with "roomwarden policies test".',
  },
  RW4002: {
    exit: 3,
    de: 'Die Regel {policy} nimmt diesen Wert nicht an: {parameter}.',
    en: 'The policy {policy} does not accept this value: {parameter}.',
    todoDe: 'Einen Wert aus dem Bereich nehmen, den die Regel nennt; nichts wurde ausgewertet.',
    todoEn: 'Take a value of the range that the policy names; nothing was evaluated.',
  },
  RW9001: {
    exit: 4,
    de: 'Unerwarteter Fehler in Roomwarden: {detail}.',
    en: 'Unexpected error in Roomwarden: {detail}.',
    todoDe: 'Bitte mit Version und diesem Text melden.',
    todoEn: 'Please report it with the version and this text.',
  },
} as const satisfies Record<`RW${number}`, ErrorRow>;

interface ErrorRow {
  /** Exit code of the command line. */
  exit: 2 | 3 | 4;
  de: string;
  en: string;
  todoDe: string;
  todoEn: string;
}
