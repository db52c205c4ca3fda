import { trimContract } from './trim.contract.ts';

trimContract();
