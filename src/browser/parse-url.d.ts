/** Whether `new URL(url, base)` succeeds. */
export declare function isUrl(url: string, base?: string): boolean;
