def write_documents(results):
    pass
