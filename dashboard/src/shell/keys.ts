/** Keys as they are called on this machine, and where it is kept that single ones are off. */

export const KEYS_OFF = 'radiant.keys-off';

export const searchKeyOn = (platform: string): string =>
  /mac|iphone|ipad/i.test(platform) ? '⌘K' : 'Ctrl K';

export const SEARCH_KEY = searchKeyOn(typeof navigator === 'undefined' ? '' : navigator.platform);
