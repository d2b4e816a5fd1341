/** Prices and sizes of instances, close enough for a simulated bill. */

interface InstanceType {
  /** US dollars per hour: g5.12xlarge as in Radiant's catalogue, the others close to the public us-east-1 hosting prices. */
  hourlyUsd: string;
  room: Resources;
}

/** The resources that an inference component needs, or an instance has. */
export interface Resources {
  accelerators: number;
  cores: number;
  memoryMb: number;
}

const row = (hourlyUsd: string, accelerators: number, cores: number, memoryGb: number): InstanceType => ({
  hourlyUsd,
  room: { accelerators, cores, memoryMb: memoryGb * 1024 },
});

const known: Readonly<Record<string, InstanceType>> = {
  'ml.g5.12xlarge': row('14.28', 4, 48, 192),
  'ml.g5.xlarge': row('1.408', 1, 4, 16),
  'ml.g5.2xlarge': row('1.515', 1, 8, 32),
  'ml.g4dn.xlarge': row('0.7364', 1, 4, 16),
  'ml.m5.large': row('0.115', 0, 2, 8),
  'ml.m5.xlarge': row('0.23', 0, 4, 16),
  'ml.c5.xlarge': row('0.204', 0, 4, 8),
};
const other = row('1', 1, 8, 32);

/** A decimal number. `wish` is the model's own price, if it has one. */
export function hourlyPrice(instanceType: string, wish: string | undefined): string {
  if (wish !== undefined && /^\d+(\.\d+)?$/.test(wish)) return wish;
  return (known[instanceType] ?? other).hourlyUsd;
}

export function resourcesOf(instanceType: string): Resources {
  return (known[instanceType] ?? other).room;
}
