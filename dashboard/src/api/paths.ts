/** The dotted places of the members of a shape, such as `deployment.compute.memoryMb`. Below an open member every name is one. */
export type PathsIn<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? string extends keyof T
      ? string
      : { [Key in keyof T & string]-?: Key | `${Key}.${PathsIn<NonNullable<T[Key]>>}` }[keyof T & string]
    : never;
