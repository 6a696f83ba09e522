/** What people read on the command line and in reports. `en.ts` has the same keys. */
export const de = {
  'verdict.pass': 'erfüllt',
  'verdict.violation': 'Verstoß',
  'verdict.unknown': 'unbekannt',
  'verdict.not_applicable': 'nicht anwendbar',

  'severity.info': 'Hinweis',
  'severity.low': 'gering',
  'severity.medium': 'mittel',
  'severity.high': 'hoch',
  'severity.critical': 'kritisch',

  'status.open': 'offen',
  'status.waived': 'ausgenommen',
  'status.resolved': 'behoben',
  'status.closed': 'geschlossen',

  'cause.facts': 'Der Zustand hat sich geändert.',
  'cause.policy': 'Die Regel hat sich geändert.',
  'cause.parameter': 'Ein Grenzwert hat sich geändert.',
  'cause.waiver': 'Eine Ausnahme hat sich geändert.',
  'cause.attestation': 'Ein Nachweis hat sich geändert.',
  'cause.time': 'Eine Frist ist abgelaufen.',
  'cause.scope': 'Der Gegenstand ist weggefallen.',

  'event.baseline': 'erste Aufnahme',
  'event.heartbeat': 'Lauf beendet',
  'event.opened': 'Verstoß festgestellt',
  'event.unknown': 'nicht mehr feststellbar',
  'event.changed': 'geändert',
  'event.resolved': 'behoben',
  'event.reopened': 'wieder aufgetreten',
  'event.waived': 'ausgenommen',
  'event.waiver_expired': 'Ausnahme abgelaufen',
  'event.closed': 'geschlossen',

  'kind.deployment': 'Installation',
  'kind.room': 'Raum',
  'kind.recording': 'Aufzeichnung',
  'kinds.deployment': 'Installationen',
  'kinds.room': 'Räume',
  'kinds.recording': 'Aufzeichnungen',

  'force.must': 'Pflicht',
  'force.should': 'Regel mit begründeten Ausnahmen',
  'force.recommended': 'Empfehlung',
  'basis.document': 'wörtlich aus dem Dokument',
  'basis.interpretation': 'Auslegung des Dokuments',
  'basis.extension': 'geht über das Dokument hinaus',

  'coverage.automated': 'automatisch geprüft',
  'coverage.partly': 'teilweise geprüft',
  'coverage.by_attestation': 'durch Nachweis',
  'coverage.not_observable': 'bei diesem Produkt nicht sichtbar',
  'coverage.advisory': 'Hinweis an Menschen',
  'coverage.aggregate': 'Zusammenfassung anderer Sätze',

  'state.complete': 'vollständig',
  'state.partial': 'unvollständig',
  'state.failed': 'gescheitert',
  'state.skipped': 'ausgelassen',
  'state.ok': 'in Ordnung',
  'state.not_configured': 'nicht eingerichtet',

  'population.all': 'alle Räume',
  'population.visible': '{count} Räume, die dieses Konto sieht',
  'population.running': '{count} gerade laufende Besprechungen',
  'population.none': 'keine Räume eingesehen',

  'reason.not_permitted': 'Das Konto darf das nicht sehen.',
  'reason.unreachable': 'Die Quelle hat nicht brauchbar geantwortet.',
  'reason.throttled': 'Das System hat die Abfrage gebremst.',
  'reason.too_large': 'Die Antwort war größer, als angenommen wird.',
  'reason.invalid_answer': 'Die Antwort passt nicht zu dem, was das Produkt dokumentiert.',
  'reason.undecidable': 'Die Einstellung ist da, ihr Wert wäre aber nur durch Ausführen zu erfahren.',
  'reason.not_observable': 'Dieses Produkt zeigt das nie.',
  'reason.not_supported_by_version': 'Diese Version zeigt das nicht.',
  'reason.version_unknown': 'Ohne bekannte Version ist der Wert nicht sicher zu deuten.',
  'reason.not_configured': 'Eine Quelle dafür ist nicht eingerichtet.',
  'reason.incomplete': 'Ein Teil der Liste fehlt.',
  'reason.conflicting': 'Die Quellen widersprechen sich.',
  'reason.no_longer_visible': 'Das Konto sieht den Raum nicht mehr; ob es ihn noch gibt, ist offen.',
  'reason.not_running': 'Die Besprechung läuft nicht.',
  'reason.stale': 'Die Angabe ist zu alt.',
  'reason.attestation_missing': 'Der Nachweis fehlt.',
  'reason.attestation_expired': 'Der Nachweis ist abgelaufen.',

  'unknown.detail': '{reason} ({detail}).',

  'table.target': 'Ziel',
  'table.vendor': 'Produkt',
  'table.subject': 'Gegenstand',
  'table.room': 'Raum',
  'table.policy': 'Regel',
  'table.title': 'Titel',
  'table.verdict': 'Urteil',
  'table.severity': 'Schwere',
  'table.status': 'Status',
  'table.message': 'Befund',
  'table.evidence': 'Beleg',
  'table.clauses': 'Sätze',
  'table.remediation': 'Abhilfe',
  'table.affected': 'Betroffen',
  'table.source': 'Quelle',
  'table.state': 'Zustand',
  'table.reason': 'Grund',
  'table.count': 'Anzahl',
  'table.score': 'Erfüllungsgrad',
  'table.coverage': 'Abdeckung',
  'table.id': 'Kennung',
  'table.name': 'Name',
  'table.scopes': 'Rechte',
  'table.created': 'angelegt',
  'table.expires': 'läuft ab',
  'table.last_used': 'zuletzt benutzt',
  'table.version': 'Version',
  'table.parameter': 'Grenzwert',
  'table.more': '… und {count} weitere',
  'table.none': 'keine',

  'summary.targets': 'Ziele: {count}',
  'summary.rooms': 'gesehene Räume: {count}',
  'summary.verdicts':
    '{violation} Verstöße, {unknown} unbekannt, {pass} erfüllt, {not_applicable} nicht anwendbar',
  'summary.severities': 'kritisch {critical}, hoch {high}, mittel {medium}, gering {low}, Hinweis {info}',
  'summary.waived': '{count} ausgenommen',
  'score.interval': 'zwischen {low} % und {high} %, gesehen {seen} %',
  'cause.shared': 'Eine Ursache, {count} Räume',
  'waiver.until': 'ausgenommen bis {until}: {reason}',

  'progress.scanning': '{target}: Lauf beginnt',
  'progress.stopping': 'wird beendet',

  'releases.product': 'Bestandteil',
  'releases.dated': 'Stand',
  'releases.age': 'Alter',
  'releases.source': 'Quelle',
  'releases.branches': 'Zweige',
  'releases.days': '{days} Tage',
  'releases.built_in': 'mitgeliefert',
  'releases.file': 'Datei',
  'releases.old':
    'Älter als 45 Tage belegt eine Liste nicht mehr, dass etwas aktuell ist: roomwarden releases --from DATEI (docs/releases.md).',
  'releases.taken':
    '{vendor}, {product}: {before} -> {dated}; Zweige: {count}, neu: {added}, geändert: {changed}, entfallen: {gone}',
  'releases.checked': 'Die Liste ist in Ordnung; geschrieben wurde nichts (--check).',
  'releases.written': 'Geschrieben: {file}. Die nächste Prüfung benutzt die Liste.',
  'releases.damaged':
    'Die bisherige Datei ist beschädigt und wird ersetzt; Listen anderer Bestandteile darin entfallen.',
  'releases.older': 'Der Stand {dated} ist älter als der der benutzten Liste ({used}).',

  'check.summary': '{ok} von {all} Quellen antworten',

  'demo.notice': 'VORFÜHRUNG: erfundene Systeme auf diesem Rechner, keine echten Daten.',
  'demo.how': 'Für eigene Systeme: roomwarden.yaml anlegen, siehe docs/configuration.md.',
  'demo.worst': 'Die schwersten Verstöße:',

  'token.created': 'Zugriffsschlüssel „{name}“ ({id}) angelegt. Er wird nur jetzt gezeigt:',
  'token.revoked': 'Zugriffsschlüssel „{name}“ ({id}) ist widerrufen.',
  'token.none': 'Es gibt keine Zugriffsschlüssel.',
  'token.state.valid': 'gültig',
  'token.state.expired': 'abgelaufen',
  'token.state.revoked': 'widerrufen',
  'token.all_targets': 'alle Ziele',
  'token.never': 'nie',

  'policies.count': '{count} Regeln, {clauses} Sätze aus zwei Dokumenten',
  'policies.tested': '{count} Beispiele geprüft, {failed} gescheitert',
  'policies.case_failed': '{policy}, Beispiel {index}: erwartet {expected}, gefunden {found}',

  'digest.subject': 'Roomwarden {day}: {opened} neue Verstöße, {resolved} behoben',
  'digest.until': 'Änderungen bis {until}, gemeldet von {host}.',
  'digest.between': 'Änderungen von {since} bis {until}, gemeldet von {host}.',
  'digest.targets': 'Änderungen je Ziel:',
  'digest.gap':
    'Achtung: Die Ereignisse {from} bis {to} waren vor dem Versand schon gelöscht (retention.events) und fehlen hier.',
  'digest.worst': 'Die schwersten ({count}):',
  'digest.end':
    'Was nicht zu sehen war, steht hier nicht; der Stand jedes Ziels ist in Roomwarden nachzusehen.',

  'erase.done':
    'Raum {ref} von „{target}“: {subjects} Einträge des Bestands, {findings} Befunde und {waivers} Ausnahmen gelöscht, {events} Ereignisse geleert (ihre Nummern bleiben).',
  'erase.mentions':
    '{mentions} Einträge über mehrere Räume nannten ihn beiläufig; dort steht jetzt „erased“.',
  'erase.uids': 'Befunde, die Empfänger kennen können (uid):',
  'erase.remains': 'Nicht gelöscht, weil Roomwarden es nicht in der Hand hat:',
  'erase.remains.source':
    '- Der Raum selbst: Solange es ihn auf dem Server gibt, nimmt ihn der nächste Durchgang wieder auf.',
  'erase.remains.backups':
    '- Sicherungen des Speichers. Beim Zurückspielen mit „roomwarden restore“ werden Löschungen wiederholt, soweit der ersetzte Speicher sie noch nennt.',
  'erase.remains.receivers': '- Was Empfängern schon gesendet wurde: {receivers}.',
  'erase.remains.readers': '- Was über REST abgeholt wurde, mit diesen Zugriffsschlüsseln: {tokens}.',
  'erase.remains.configuration': '- Die Konfiguration nennt ihn: {places}.',
  'erase.remains.copies':
    '- Kopien des Speichers neben ihm, die nach Ablauf von retention.gone_rooms gelöscht werden: {files}.',
  'erase.remains.audit':
    '- Das Protokoll der Verwaltung nennt das Kürzel {ref} bis zum Ablauf von retention.audit_log.',
  'erase.remains.pages':
    '- PostgreSQL gibt den Platz gelöschter Zeilen erst mit VACUUM frei, WAL-Archive behalten sie; siehe docs/privacy.de.md.',
  'erase.remains.log':
    '- Das Schreibprotokoll des Speichers ({file}): Ein anderer Vorgang liest gerade. Es wird beim nächsten täglichen Lauf geleert.',
  'backup.done':
    'Gesichert: {file}, {bytes} Bytes. Der Instanzschlüssel gehört nicht dazu; er ist getrennt aufzubewahren: {key}.',
  'backup.private':
    'Die Sicherung enthält dieselben personenbezogenen Daten wie der Speicher; sie unterliegt denselben Fristen.',
  'restore.done':
    'Zurückgespielt aus {file}. Der Feed beginnt ein neues Leben: Alte Marken (Cursor) erhalten 410, neue Ereignisse beginnen nach Nummer {head}.',
  'restore.marked':
    'Der Feed beginnt ein neues Leben: Alte Marken (Cursor) erhalten 410, neue Ereignisse beginnen nach Nummer {head}.',
  'restore.aside':
    'Der bisherige Speicher liegt in {file} und wird nach Ablauf von retention.gone_rooms gelöscht.',
  'restore.erased': 'Löschung wiederholt: Raum {ref} von „{target}“.',
  'restore.unknown':
    'Der bisherige Speicher ließ sich nicht lesen: Welche Räume seit der Sicherung gelöscht wurden, ist nicht bekannt. Diese Löschungen von Hand wiederholen (roomwarden erase).',
  'restore.repeat':
    'Löschungen von Räumen, die seit der Sicherung verlangt wurden, von Hand wiederholen (roomwarden erase).',
} as const;
