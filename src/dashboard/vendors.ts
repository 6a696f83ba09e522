const names: Readonly<Record<string, string>> = {
  bigbluebutton: 'BigBlueButton',
  jitsi: 'Jitsi Meet',
  'nextcloud-talk': 'Nextcloud Talk',
  rocketchat: 'Rocket.Chat',
  declared: '',
};

/** As products call themselves; a declared system by the name that the configuration gives. */
export function vendorName(vendor: string, product?: string | null): string {
  return product ?? (names[vendor] || vendor);
}
