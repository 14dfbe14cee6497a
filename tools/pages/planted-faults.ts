/** What `npm run bench -- planted` measured and wrote beside this file: which linters find the planted faults. */
export interface PlantedMeasurement {
  /** How many faults were planted, by the standard that is to find them. */
  readonly faults: Readonly<Record<string, number>>;
  readonly linters: readonly MeasuredLinter[];
}

export interface MeasuredLinter {
  readonly name: string;
  readonly version: string;
  /** Templates that it could not read. */
  readonly unread: number;
  readonly found: readonly {
    readonly standard: string;
    readonly rules: readonly string[];
    /** Whether the rules speak of the fault; else only of what is so because of it. */
    readonly isMeant: boolean;
  }[];
}
