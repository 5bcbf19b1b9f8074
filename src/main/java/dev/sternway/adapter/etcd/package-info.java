/**
 * Key prefixes of etcd as stores: what differs is written in transactions that are guarded by the revision of every key, the
 * cluster and its other keys stay as they are.
 */
package dev.sternway.adapter.etcd;
