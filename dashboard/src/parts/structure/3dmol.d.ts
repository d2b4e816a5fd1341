declare module '3dmol/build/3Dmol.es6-min.js' {
  export { createViewer, SurfaceType } from '3dmol';
}
