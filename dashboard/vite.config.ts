/** Static files for the api to serve: hashed names under /assets, one index.html that it stamps with a nonce. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    // The viewer of structures and the JSON editor are large, and loaded by those pages alone that show them.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs and seldom changes, apart from what does; what only some pages need comes with them.
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, tags: ['$initial'] },
            { name: 'tanstack', test: /node_modules\/@tanstack\//, tags: ['$initial'] },
            { name: 'mantine', test: /node_modules\//, tags: ['$initial'] },
          ],
        },
      },
    },
  },
});
