/** Tells public addresses from private ones, so that an administered URL cannot reach into our own network. */
import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** Ranges that are not public IPv4 internet (IANA special-purpose registry). */
const RESERVED_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Ranges of 2000::/3 for documentation and tests, or that tunnel to an unchecked IPv4 address. */
const RESERVED_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const reserved = new BlockList();
for (const [net, prefix] of RESERVED_V4) reserved.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of RESERVED_V6) reserved.addSubnet(net, prefix, 'ipv6');
/** All global IPv6 lies in 2000::/3: loopback, link-local, unique local, multicast and mapped IPv4 do not. */
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return isIP(address) === 4 && !reserved.check(address, 'ipv4');
  return globalV6.check(address, 'ipv6') && !reserved.check(address, 'ipv6');
}

export const PRIVATE_ADDRESS = 'RADIANT_PRIVATE_ADDRESS';

/** A resolver for sockets: every address of the name must be public, and the socket connects to a checked one. */
export const lookupPublic: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return done(error ?? new Error(`no address for ${host}`), []);
    if (!addresses.every(({ address }) => isPublicAddress(address)))
      return done(Object.assign(new Error('private address'), { code: PRIVATE_ADDRESS }), []);
    return options.all ? done(null, addresses) : done(null, first.address, first.family);
  });
};
