/** What an instance costs an hour, near enough for a bill that is only played. */

/** US dollars an hour; g5.12xlarge as in Radiant's catalogue, the others about the public us-east-1 hosting prices. */
const hourlyUsd: Readonly<Record<string, number>> = {
  'ml.g5.12xlarge': 14.28,
  'ml.g5.xlarge': 1.408,
  'ml.g5.2xlarge': 1.515,
  'ml.g4dn.xlarge': 0.7364,
  'ml.m5.large': 0.115,
  'ml.m5.xlarge': 0.23,
  'ml.c5.xlarge': 0.204,
};
const OTHER_USD = 1;

export function hourlyPrice(instanceType: string): number {
  return hourlyUsd[instanceType] ?? OTHER_USD;
}
