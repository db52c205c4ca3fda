/** `products.json`, as every shop of Shopify publishes it: { products: [{ handle, title, images: [{ src }] … }] }. */
import { isRecord } from '../../../core/check-record.ts';
import { type FeedRecord, given, priceOf } from './record.ts';

/** @returns null for other JSON */
export function readShopifyJson(raw: unknown): FeedRecord[] | null {
  const products = isRecord(raw) ? raw.products : null;
  if (!Array.isArray(products) || products.length === 0) return null;
  if (
    !products.every((one) => isRecord(one) && typeof one.handle === 'string' && 'images' in one)
  ) {
    return null;
  }
  return products.map((product: Record<string, unknown>, i) => {
    const handle = product.handle as string;
    const images = listIn(product.images).flatMap(({ src }) =>
      typeof src === 'string' ? [src] : [],
    );
    const [variant] = listIn(product.variants);
    const { tags } = product;
    const tagList = typeof tags === 'string' ? tags.split(',').map((tag) => tag.trim()) : tags;
    return {
      id: handle || undefined,
      images,
      title: textOf(product.title),
      url: `/products/${encodeURIComponent(handle)}`,
      attributes: {
        ...priceOf(textOf(variant?.price)),
        ...given({
          vendor: textOf(product.vendor),
          type: textOf(product.product_type),
          tags: Array.isArray(tagList)
            ? tagList.filter((tag): tag is string => typeof tag === 'string' && tag !== '')
            : undefined,
        }),
      },
      row: `product ${i + 1}`,
    };
  });
}

function listIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
