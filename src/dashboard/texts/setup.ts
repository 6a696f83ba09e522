import { say } from './index.ts';

/** Texts of the guided set-up, apart because few see it: they come with its script. */
const texts = {
  title: { de: 'System einrichten', en: 'Set up a system' },
  about: { de: 'nur lesend', en: 'read-only' },
  admin: {
    de: 'Einrichten darf nur ein Zugriffstoken mit dem Recht admin: roomwarden token create --name NAME --scope admin',
    en: 'Only an access token with the scope admin may set up: roomwarden token create --name NAME --scope admin',
  },
  welcome: { de: 'Hier ist noch kein System eingetragen', en: 'No system is entered here yet' },
  'welcome.text': {
    de: 'In fünf Schritten zum ersten Prüflauf: Produkt wählen, Zugang angeben, die Antworten ansehen, bestätigen, prüfen. Bis zur Bestätigung wird nichts gespeichert. Roomwarden liest nur und ändert an den Systemen nichts.',
    en: 'Five steps to the first scan: choose the product, give the access, look at the answers, confirm, scan. Nothing is saved before you confirm. Roomwarden only reads and changes nothing on the systems.',
  },
  'demo.offer': {
    de: 'Erst einmal ansehen? Dieser Befehl startet daneben eine Vorführung mit erdachten Systemen, als solche gekennzeichnet:',
    en: 'Just looking first? This command starts a demo with made-up systems beside it, marked as such:',
  },
  'demo.here': {
    de: 'Das hier ist die Vorführung: Prüfen lässt sich ein eigenes System, gespeichert wird nichts. Für den Betrieb in einem eigenen Ordner: npm start -- --setup --config ORDNER/roomwarden.yaml',
    en: 'This is the demo: a system of your own can be checked, nothing is saved. To run it in a folder of your own: npm start -- --setup --config FOLDER/roomwarden.yaml',
  },
  step: { de: 'Schritt {n} von 5', en: 'Step {n} of 5' },
  'step.product': { de: 'Produkt', en: 'Product' },
  'step.access': { de: 'Adresse und Zugang', en: 'Address and access' },
  'step.check': { de: 'Was das System antwortet', en: 'What the system answers' },
  'step.write': { de: 'Eintragen', en: 'Enter it' },
  'step.scan': { de: 'Erster Prüflauf: {target}', en: 'First scan: {target}' },
  others: {
    de: 'Andere Systeme, etwa ohne Schnittstelle, kommen als vendor: declared in roomwarden.yaml.',
    en: 'Other systems, such as those without an interface, go into roomwarden.yaml as vendor: declared.',
  },
  id: { de: 'Kennung', en: 'Id' },
  'id.hint': {
    de: 'So heißt das System auf allen Seiten: Kleinbuchstaben, Ziffern, Punkt, Bindestrich, Unterstrich.',
    en: 'The name of the system on every page: lower-case letters, digits, dot, dash, underscore.',
  },
  schedule: { de: 'Prüfen', en: 'Scan' },
  'schedule.half': { de: 'jede halbe Stunde', en: 'every half hour' },
  'schedule.hour': { de: 'jede Stunde', en: 'every hour' },
  'schedule.day': { de: 'täglich um 5 Uhr', en: 'daily at 5 o’clock' },
  check: { de: 'Verbindung prüfen', en: 'Check the connection' },
  checking: { de: 'Quellen, die bisher geantwortet haben: {n} …', en: 'Sources that answered so far: {n} …' },
  checked: {
    de: '{n} von {total} Quellen antworten. Was fehlt, lässt sich später ergänzen; bis dahin gilt es als nicht gesehen.',
    en: '{n} of {total} sources answer. What is missing can be added later; until then it counts as not seen.',
  },
  says: { de: 'Was sie sagt', en: 'What it says' },
  remedy: { de: 'Was die Lücke schließt', en: 'What closes the hole' },
  'state.ok': { de: 'antwortet', en: 'answers' },
  'state.partial': { de: 'teilweise', en: 'partly' },
  'state.failed': { de: 'gescheitert', en: 'failed' },
  'state.not_configured': { de: 'nicht angegeben', en: 'not given' },
  writes: {
    de: 'Bestätigen schreibt diese Dateien, beide nur für das Konto des Dienstes lesbar, und beginnt den ersten Prüflauf. Ein Neustart ist nicht nötig.',
    en: 'Confirming writes these files, readable for the account of the service alone, and begins the first scan. No restart is needed.',
  },
  'obstacle.demo': {
    de: 'In der Vorführung wird nichts geschrieben. Dieser Eintrag gehört in eine eigene roomwarden.yaml:',
    en: 'Nothing is written in the demo. This entry belongs into a roomwarden.yaml of your own:',
  },
  'obstacle.shared': {
    de: 'Mehrere Instanzen teilen sich eine Konfiguration. Diesen Eintrag in die Datei jeder Instanz übernehmen, die Geheimnisse daneben ablegen und alle Instanzen neu starten:',
    en: 'Several instances share one configuration. Put this entry into the file of each, the secrets beside it, and start all of them again:',
  },
  'obstacle.unwritable': {
    de: 'Roomwarden darf hier nichts schreiben. Diesen Eintrag selbst in roomwarden.yaml übernehmen, die Geheimnisse ablegen und den Dienst neu starten:',
    en: 'Roomwarden may not write here. Put this entry into roomwarden.yaml yourself, place the secrets, and start the service again:',
  },
  secrets: {
    de: 'Geheimnisse, jedes in einer eigenen Datei (Modus 0600):',
    en: 'Secrets, each in a file of its own (mode 0600):',
  },
  'secrets.copy': {
    de: 'Die Geheimnisse kommen in eigene Dateien (Modus 0600); ihre Pfade in dem Eintrag entsprechend anpassen:',
    en: 'The secrets go into files of their own (mode 0600); adapt their paths in the entry:',
  },
  write: { de: 'Eintragen und ersten Prüflauf beginnen', en: 'Enter it and begin the first scan' },
  scanning: {
    de: 'Der Prüflauf läuft: {n} Räume und Aufzeichnungen …',
    en: 'Scanning: {n} rooms and recordings …',
  },
  'scanned.done': { de: 'Der erste Prüflauf ist fertig.', en: 'The first scan is done.' },
  'scanned.failed': {
    de: 'Der Prüflauf ist gescheitert. Die Quellen des Systems sagen, woran.',
    en: 'The scan failed. The sources of the system say why.',
  },
  restart: {
    de: 'Eingetragen. Der Dienst kennt das System nach einem Neustart.',
    en: 'Entered. The service knows the system after a restart.',
  },
  violations: { de: 'Verstöße ansehen', en: 'See the violations' },
  sources: { de: 'Quellen des Systems', en: 'Sources of the system' },
  more: { de: 'Weiteres System einrichten', en: 'Set up another system' },
  offline: {
    de: 'Der Dienst antwortet nicht; bitte noch einmal versuchen.',
    en: 'The service does not answer; please try again.',
  },
} as const satisfies Record<string, { de: string; en: string }>;

export type SetupKey = keyof typeof texts;

export function s(key: SetupKey, params: Readonly<Record<string, string | number>> = {}): string {
  return say(texts[key]).replace(/\{(\w+)\}/g, (braces, name: string) => String(params[name] ?? braces));
}
