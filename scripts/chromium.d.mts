export function launchOptions(): Promise<{
  executablePath: string;
  args: string[];
  env?: Record<string, string | undefined>;
}>;
