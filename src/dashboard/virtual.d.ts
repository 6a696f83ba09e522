declare module 'virtual:vocabulary-*' {
  const meanings: Readonly<Record<string, import('./build.ts').Meaning>>;
  export default meanings;
}
