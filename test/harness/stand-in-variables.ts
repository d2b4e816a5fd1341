/** Environment variables that make AWS clients of a test, and of its child processes, call a stand-in. */
export function useStandIn(url: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'standin',
    AWS_SECRET_ACCESS_KEY: 'standin',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}
