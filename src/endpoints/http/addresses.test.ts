import { expect, it } from 'vitest';
import { isPublicAddress } from './addresses.js';

it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

const inside = `
  0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255
  :: ::1 ::ffff:8.8.8.8 fd00:ec2::254 fe80::1 fe80::1%eth0 ff02::1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 2001::1
  localhost`;

it.each(inside.trim().split(/\s+/))('%s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
